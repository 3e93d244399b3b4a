import { BirdWatchError, type MetricProvider } from '@birdwatch/core'
import type { ProcessTime } from '../time/process-time.js'
import type { Timeline } from '../time/timeline.js'
import type { Cluster } from './cluster.js'
import type { Requests } from './requests.js'
import type { MetricFault, Weather } from './weather.js'

/** What is measured of production, and of a canary that is well. */
export const usualReading = 10
const sickReading = 20

/** One query, and what the world was like when it was asked. */
export interface Probe {
  readonly process: string
  readonly rollout: string
  readonly at: number
  /** The canary's part of the route. */
  readonly canary: number
  readonly reading: number
  answeredAt?: number
}

export interface MetricsParts {
  readonly cluster: Cluster
  readonly timeline: Timeline
  readonly weather: Weather
  readonly requests: Requests
  /** Whether the canary of a rollout fails as things are. */
  readonly isSick: (rollout: string) => boolean
}

/** What would be asked of Prometheus. */
export class Metrics {
  readonly probes: Probe[] = []

  constructor(private readonly parts: MetricsParts) {}

  provider(process: string, time: ProcessTime): MetricProvider {
    return {
      contract: 1,
      query: (expression, { signal }) =>
        new Promise((resolve, reject) => {
          const { cluster, timeline, weather, requests, isSick } = this.parts
          if (requests.sends('query').never) return
          const rollout = expression.replace('errors of ', '')
          const fault = weather.metric.now
          const canary = cluster.canary(rollout)
          const reading = isSick(rollout) ? sickReading : usualReading
          const probe: Probe = { process, rollout, at: timeline.now, canary, reading }
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          if (fault === 'hangs') return
          time.after(fault === 'slow' ? weather.chance.int(500, 9000) : weather.latency(), () => {
            const error = errorOf(fault)
            if (error !== undefined) return reject(error)
            if (fault === undefined || fault === 'slow') {
              probe.answeredAt = timeline.now
              this.probes.push(probe)
            }
            resolve({ value: fault === 'no data' ? null : reading })
          })
        }),
    }
  }
}

function errorOf(fault: MetricFault | undefined): BirdWatchError | undefined {
  if (fault === 'down') return new BirdWatchError('METRIC_UNREACHABLE', 'simulated: connection refused')
  if (fault === 'several series') return new BirdWatchError('METRIC_SEVERAL_SERIES', 'simulated: 2 series')
  return undefined
}
