import type { ReadinessReport, Reading, Traffic } from './ports.js'
import type { Reason } from './reasons.js'
import type { Command, RolloutTarget } from './state.js'

/** Everything that is known at one moment, for `decide` to decide upon. */
export interface Snapshot {
  /** Epoch milliseconds. */
  readonly now: number
  readonly target: RolloutTarget
  /** The rollout's resource is being deleted. */
  readonly deleting: boolean
  readonly command?: Command
  readonly readiness: ReadinessReport
  readonly traffic: Traffic | UnknownTraffic
  readonly process: ProcessFacts
  readonly readings?: CheckReadings
  /** How the last effect that this process applied ended. */
  readonly lastEffect?: EffectOutcome
}

/** The router did not answer: nothing may be concluded, and a rollback goes on blindly. */
export interface UnknownTraffic {
  readonly state: 'unknown'
  readonly reason: string
}

/** What this process alone knows; it is lost with the process, and rules that need it then take the careful way. */
export interface ProcessFacts {
  /** Since when this process has held the present generation of the traffic: its own write's answer, or first sight. */
  readonly heldSince: number
  /** When this process's last write of a weight was answered, and which step it was for. */
  readonly wrote?: { readonly at: number; readonly step: number }
  /** False while a raise or a promotion that nobody answered for may still land: a weight of 0 does not count as seen. */
  readonly certain: boolean
  /** The traffic was read at its source in this pass. */
  readonly live: boolean
}

/** What one check (or the baseline's measurement) has brought so far. */
export interface CheckReadings {
  /** The step at whose weight it was taken. */
  readonly step: number
  readonly purpose: 'baseline' | 'check'
  /** When the measurement began, epoch milliseconds. */
  readonly startedAt: number
  /** How far the slowest of the providers asked lags behind, milliseconds (default 0). */
  readonly lagMs?: number
  /** The traffic's generation when it began. */
  readonly generation?: number
  /** When the last answer came, epoch milliseconds; undefined while queries are still under way. */
  readonly endedAt?: number
  /** By metric name. */
  readonly metrics: Readonly<Record<string, { readonly metric?: Reading; readonly baseline?: Reading }>>
  /** The amount of traffic, when the policy asks for it. */
  readonly traffic?: Reading
}

/** What a decision asks the runner to do. */
export type Effect =
  | { readonly kind: 'rollback' }
  | { readonly kind: 'shift'; readonly weight: number; readonly token?: string }
  | { readonly kind: 'prepare'; readonly version: string }
  | { readonly kind: 'promote'; readonly version: string }
  | { readonly kind: 'measure'; readonly purpose: 'baseline' | 'check' }
  /** Read the traffic at its source, then decide again. */
  | { readonly kind: 'look' }
  /** Tell the host that the command is done with. */
  | { readonly kind: 'acknowledge'; readonly id: string }

export interface EffectOutcome {
  readonly kind: Effect['kind']
  readonly step: number
  /** When it was answered, epoch milliseconds. */
  readonly at: number
  readonly error?: { readonly code: string; readonly message: string }
}

/** A policy that cannot be used, and why. */
export interface Refusal {
  readonly refused: Reason
}
