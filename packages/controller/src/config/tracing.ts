type Environment = Readonly<Record<string, string | undefined>>

/**
 * What the variables that OpenTelemetry has defined for every program say of the tracing here. Its headers
 * (`OTEL_EXPORTER_OTLP_HEADERS`), its time-out and the attributes of the resource are read by its library itself.
 */
export function tracingFrom(env: Environment): { endpoint?: string; ratio?: number } {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return {}
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_TRACES_SAMPLER_ARG: share = '' } = env
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || (base && `${base.replace(/\/+$/, '')}/v1/traces`)
  const ratio = shareOf(env.OTEL_TRACES_SAMPLER, share)
  return { ...(endpoint ? { endpoint } : {}), ...(ratio === undefined ? {} : { ratio }) }
}

function shareOf(sampler = '', share: string): number | undefined {
  if (/always_off$/.test(sampler)) return 0
  const ratio = Number(share)
  const usable = /traceidratio$/.test(sampler) && share !== '' && ratio >= 0 && ratio <= 1
  return usable ? ratio : undefined
}
