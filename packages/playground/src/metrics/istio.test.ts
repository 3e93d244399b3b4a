import { expect, test } from 'vitest'
import { handled } from '../../test/support/handled.js'
import { exposition } from './exposition.js'
import { IstioMetrics } from './istio.js'

const named = (metrics: IstioMetrics, name: string) =>
  [...metrics.collect()].filter(({ labels }) => labels.__name__ === name)

test("a request is counted with Istio's labels", () => {
  const metrics = new IstioMetrics()
  metrics.record(handled)
  metrics.record(handled)
  expect(named(metrics, 'istio_requests_total')).toEqual([
    {
      labels: {
        __name__: 'istio_requests_total',
        reporter: 'source',
        source_workload: 'playground-gateway',
        source_workload_namespace: 'default',
        destination_service: 'aleph.default.svc.cluster.local',
        destination_service_name: 'aleph',
        destination_service_namespace: 'default',
        destination_workload: 'aleph-v04',
        destination_workload_namespace: 'default',
        destination_app: 'aleph',
        destination_canonical_service: 'aleph',
        destination_canonical_revision: 'v04',
        destination_version: 'v04',
        request_protocol: 'http',
        connection_security_policy: 'none',
        response_code: '500',
        response_flags: '-',
      },
      value: 2,
    },
  ])
})

test('what nobody can know is unknown: the pod of UH, everything of NR', () => {
  const metrics = new IstioMetrics()
  metrics.record({ ...handled, endpoint: undefined, status: 503, flag: 'UH' })
  metrics.record({ ...handled, cluster: undefined, endpoint: undefined, status: 404, flag: 'NR' })
  expect(named(metrics, 'istio_requests_total').map(({ labels }) => labels)).toMatchObject([
    { destination_service_name: 'aleph', destination_version: 'unknown', response_flags: 'UH' },
    { destination_service_name: 'unknown', destination_version: 'unknown', response_flags: 'NR' },
  ])
})

test('durations go into cumulative buckets', () => {
  const metrics = new IstioMetrics()
  for (const durationMs of [0.4, 5, 7, 9_999_999]) metrics.record({ ...handled, durationMs })
  const buckets = named(metrics, 'istio_request_duration_milliseconds_bucket').map(({ labels, value }) => [
    labels.le,
    value,
  ])
  expect(buckets.slice(0, 4)).toEqual([
    ['0.5', 1],
    ['1', 1],
    ['5', 2],
    ['10', 3],
  ])
  expect(buckets.slice(-2)).toEqual([
    ['3600000', 3],
    ['+Inf', 4],
  ])
  expect(named(metrics, 'istio_request_duration_milliseconds_count')).toMatchObject([{ value: 4 }])
  expect(named(metrics, 'istio_request_duration_milliseconds_sum')).toMatchObject([{ value: 10_000_011.4 }])
})

test('is written for a Prometheus to scrape, each family in one piece', () => {
  const text = exposition([
    { labels: { __name__: 'a_total', l: 'quoted "\\"\n' }, value: 1 },
    { labels: { __name__: 'b_bucket', le: '+Inf' }, value: 2 },
    { labels: { __name__: 'a_total', l: 'x' }, value: Number.POSITIVE_INFINITY },
    { labels: { __name__: 'b_sum' }, value: 0.5 },
  ])
  expect(text.split('\n')).toEqual([
    '# TYPE a_total counter',
    'a_total{l="quoted \\"\\\\\\"\\n"} 1',
    'a_total{l="x"} +Inf',
    '# TYPE b histogram',
    'b_bucket{le="+Inf"} 2',
    'b_sum{} 0.5',
    '',
  ])
})
