import { expect, it } from 'vitest'
import { tracingFrom } from './tracing.js'

const base = 'http://collector:4318'

it.each([
  [{}, {}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base }, { endpoint: `${base}/v1/traces` }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${base}/x/` }, { endpoint: `${base}/x/v1/traces` }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/y' }, { endpoint: 'http://t/y' }],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_SDK_DISABLED: 'true' }, {}],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_TRACES_EXPORTER: 'none' }, {}],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, { ratio: 0.25 }],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '7' }, {}],
  [{ OTEL_TRACES_SAMPLER: 'always_off' }, { ratio: 0 }],
  [{ OTEL_TRACES_SAMPLER_ARG: '0.25' }, {}],
])('OpenTelemetry is told of by its own variables: %j', (env, expected) => {
  expect(tracingFrom(env)).toEqual(expected)
})
