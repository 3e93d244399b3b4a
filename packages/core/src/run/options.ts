import type { Decision } from '../decide/decide.js'
import type { Policy } from '../policy.js'
import type { Clock, Logger, MetricProvider, Readiness, RolloutStore, TrafficRouter } from '../ports.js'
import type { Refusal } from '../snapshot.js'
import type { Command, RolloutState, RolloutTarget } from '../state.js'
import type { Recipients } from './couriers.js'

export interface RunnerPorts {
  /** The provider instance of this name, or the default; throws when there is none. */
  readonly metrics: (name?: string) => MetricProvider
  readonly router: TrafficRouter
  /** Several, by their names, are each told in their own time. */
  readonly notifier?: Recipients
  readonly store: RolloutStore
  readonly readiness: Readiness
  readonly clock: Clock
  readonly logger: Logger
  /** Takes a decided command away, so that it is not shown again. */
  readonly acknowledge?: (id: string) => Promise<void>
}

export interface RunnerOptions {
  /** Makes the ids of this resource's rollouts unique. */
  readonly key: string
  /** The state saved last. */
  readonly state?: RolloutState
  readonly ports: RunnerPorts
  /** Called when a pass would find something new: a reading, an answer to a write, a delivery. */
  readonly wake: () => void
  /** When this process became the one that writes, epoch milliseconds (default: now, if there is a state). */
  readonly since?: number
  /** A write decided longer ago is not sent, and one that was sent has landed or died by then; default 10,000 ms. */
  readonly requestLifetimeMs?: number
  /** Deadline of one query, default 10,000 ms. */
  readonly queryTimeoutMs?: number
  /** Deadline of one notification, default 10,000 ms. */
  readonly notifyTimeoutMs?: number
  /** Told of every decision that changed the state. */
  readonly decided?: (decision: Decision, before: RolloutState) => void
}

/** What a pass is about: the wishes of the moment. */
export interface PassInput {
  readonly policy: Policy | Refusal
  readonly target: RolloutTarget
  readonly deleting?: boolean
  readonly command?: Command
}

export interface PassResult {
  readonly state: RolloutState
  /** Pass again at this time at the latest, epoch milliseconds. */
  readonly wakeAt?: number
}
