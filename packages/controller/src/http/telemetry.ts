import type { Phase, RolloutState } from '@birdwatch/core'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { type Route, reply } from './server.js'

/** Where the controller looks when it is asked for its metrics. */
export interface TelemetrySources {
  readonly states: () => Iterable<{ key: string; state: RolloutState }>
  readonly leading: () => boolean
  readonly queue: () => { depth: number; running: number; delayed: number }
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Phases in which checks are made, one after the other. */
const checking: readonly Phase[] = ['Progressing', 'Holding', 'Paused', 'Frozen']

/** The controller's metrics. Series of rollouts are made when they are asked for, and so end with their objects. */
export class Telemetry {
  readonly registry = new Registry()
  readonly writes = this.#counter('api_writes_total', 'Writes to the Kubernetes API.', ['verb', 'resource', 'result'])
  readonly watchErrors = this.#counter('watch_errors_total', 'Lists and watches that failed.', ['resource'])
  readonly passes = this.#counter('reconciles_total', 'Reconciles of a BirdWatch.', ['result'])
  readonly queries = this.#counter('provider_queries_total', 'Queries to providers, by error code.', [
    'provider',
    'code',
  ])
  readonly notices = this.#counter('notifications_total', 'Deliveries to notifiers, by error code.', [
    'notifier',
    'code',
  ])
  readonly eventsDropped = this.#counter('events_dropped_total', 'Kubernetes Events that were not written.', [])
  readonly providerUp = this.#gauge('provider_up', '1 when the provider was reached.', ['provider'])
  readonly passSeconds = new Histogram({
    name: 'birdwatch_reconcile_seconds',
    help: 'How long one reconcile takes.',
    buckets: [0.001, 0.01, 0.1, 1, 10],
    registers: [this.registry],
  })
  readonly querySeconds = new Histogram({
    name: 'birdwatch_provider_query_seconds',
    help: 'How long queries take.',
    labelNames: ['provider'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers: [this.registry],
  })

  constructor(version: string) {
    collectDefaultMetrics({ register: this.registry })
    this.#gauge('build_info', 'The version that runs.', ['version']).set({ version }, 1)
  }

  /** Shows what is known of rollouts, lease and queue, as it is at the moment of asking. */
  watch({ states, leading, queue, now }: TelemetrySources): void {
    const labels = ['namespace', 'name']
    const perRollout = (name: string, help: string, more: string[], show: (gauge: Gauge, of: Shown) => void) =>
      this.#gauge(name, help, [...labels, ...more], gauge => {
        gauge.reset()
        for (const { key, state } of states()) show(gauge, { ...named(key), state })
      })
    perRollout('rollout_weight', "The canary's share, in percent.", ['service'], (gauge, { state, ...of }) =>
      gauge.set({ ...of, service: state.target.service }, state.weight),
    )
    perRollout('rollout_phase', '1 for the phase of the rollout.', ['phase'], (gauge, { state, ...of }) =>
      gauge.set({ ...of, phase: state.phase }, 1),
    )
    perRollout(
      'seconds_since_check',
      'Since the last check of a rollout that is checked.',
      [],
      (gauge, { state, ...of }) => {
        if (checking.includes(state.phase)) gauge.set(of, Math.max(0, now() - lastCheck(state)) / 1000)
      },
    )
    perRollout('outbox_notices', 'Notices that are not delivered yet.', [], (gauge, { state, ...of }) =>
      gauge.set(of, state.outbox.length),
    )
    this.#gauge('leader', '1 while this process is the one that writes.', [], gauge => gauge.set(leading() ? 1 : 0))
    this.#gauge('queue_keys', 'BirdWatches in the work queue.', ['state'], gauge => {
      for (const [state, count] of Object.entries(queue())) gauge.set({ state }, count)
    })
  }

  route(): Route {
    const { registry } = this
    return {
      path: '/metrics',
      handle: async (_, response) => reply(response, 200, await registry.metrics(), registry.contentType),
    }
  }

  #counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `birdwatch_${name}`, help, labelNames, registers: [this.registry] })
  }

  #gauge(name: string, help: string, labelNames: string[], collect?: (gauge: Gauge) => void): Gauge {
    return new Gauge({
      name: `birdwatch_${name}`,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect === undefined
        ? {}
        : {
            collect() {
              collect(this)
            },
          }),
    })
  }
}

interface Shown {
  readonly namespace: string
  readonly name: string
  readonly state: RolloutState
}

function named(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/')
  return { namespace, name }
}

const lastCheck = ({ metrics, since }: RolloutState): number =>
  Math.max(since, ...Object.values(metrics).map(({ at = 0 }) => at))
