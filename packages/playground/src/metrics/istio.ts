import type { Handled } from '../mesh/handler.js'
import { keyOf, type Labels, nameLabel } from './series/labels.js'

/** Upper bounds of Istio's histogram of durations, milliseconds. */
const bounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
]

interface Series {
  readonly labels: Labels
  /** How many requests took at most each bound: counted for the smallest that fits, summed when read. */
  readonly buckets: number[]
  count: number
  sumMs: number
}

/** The value of a series now. */
export interface Measured {
  readonly labels: Labels
  readonly value: number
}

const duration = 'istio_request_duration_milliseconds'

/** Istio's metrics of the requests that the mesh handled, as a gateway would report them. */
export class IstioMetrics {
  readonly #series = new Map<string, Series>()

  record(handled: Handled): void {
    const labels = labelsOf(handled)
    const key = keyOf(labels)
    const series = this.#series.get(key) ?? { labels, buckets: bounds.map(() => 0), count: 0, sumMs: 0 }
    this.#series.set(key, series)
    const bucket = bounds.findIndex(bound => handled.durationMs <= bound)
    if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
    series.count++
    series.sumMs += handled.durationMs
  }

  /** All series, with their present values. */
  *collect(): Generator<Measured> {
    for (const { labels, buckets, count, sumMs } of this.#series.values()) {
      const named = (name: string, more: Labels = {}) => ({ ...labels, ...more, [nameLabel]: name })
      yield { labels: named('istio_requests_total'), value: count }
      yield { labels: named(`${duration}_count`), value: count }
      yield { labels: named(`${duration}_sum`), value: sumMs }
      let cumulated = 0
      for (const [i, bound] of bounds.entries()) {
        cumulated += buckets[i] ?? 0
        yield { labels: named(`${duration}_bucket`, { le: String(bound) }), value: cumulated }
      }
      yield { labels: named(`${duration}_bucket`, { le: '+Inf' }), value: count }
    }
  }
}

const unknown = 'unknown'

/** What Istio tells of a request; `unknown` where nobody can know. */
function labelsOf({ cluster, endpoint, status, flag }: Handled): Labels {
  const { host = unknown, name = unknown, namespace = unknown } = cluster?.service ?? {}
  const version = endpoint?.labels.version ?? unknown
  const application = endpoint?.labels.app ?? unknown
  return {
    reporter: 'source',
    source_workload: 'playground-gateway',
    source_workload_namespace: 'default',
    destination_service: host,
    destination_service_name: name,
    destination_service_namespace: namespace,
    destination_workload: endpoint?.workload ?? unknown,
    destination_workload_namespace: endpoint?.namespace ?? unknown,
    destination_app: application,
    destination_canonical_service: application,
    destination_canonical_revision: version,
    destination_version: version,
    request_protocol: 'http',
    connection_security_policy: 'none',
    response_code: String(status),
    response_flags: flag,
  }
}
