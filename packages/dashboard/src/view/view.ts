import type { CommandName, Json, Level, Phase, PolicySpec, ReasonCode, Verdict } from '@birdwatch/core'

/** What the page is shown of rollouts: plain JSON, rendered for people where the engine's words are meant. */

/** A reason in words. */
export interface Saying {
  readonly code: ReasonCode
  readonly level: Level
  readonly text: string
}

/** The verdict on all metrics together; `unknown` before the first reading. */
export type Health = Verdict | 'unknown'

/** A rollout as one row of a list. All times are epoch milliseconds, all weights percent of the traffic. */
export interface RolloutRow {
  /** `namespace/name`: what a rollout is found by. */
  readonly key: string
  readonly namespace: string
  readonly name: string
  readonly service: string
  readonly canaryVersion: string
  readonly productionVersion?: string
  readonly phase: Phase
  /** The share of the canary's version: what the routes give the canary, and all once it is production. */
  readonly weight: number
  /** The weight that is wanted, while the write that sets it is refused. */
  readonly wanted?: number
  /** The weight that is never exceeded. */
  readonly limit: number
  readonly health: Health
  readonly reason: Saying
  /** A person is waited for, or something is broken. */
  readonly attention: boolean
  /** When the phase began. */
  readonly since: number
  readonly startedAt?: number
  readonly endedAt?: number
  readonly nextCheckAt?: number
}

/** Everything that the page of one rollout shows of its present. */
export interface RolloutView extends RolloutRow {
  /** The id of this rollout: the same resource gets another one for its next version. */
  readonly id: string
  readonly policy: PolicyView
  readonly metrics: readonly MetricView[]
  /** When `weight` was decided. */
  readonly decidedAt: number
  /** Consecutive unhealthy checks. */
  readonly failures: number
  /** What else there is to know: outages, edits that are not used, changes by others. */
  readonly notes: readonly Note[]
  /** The commands that are possible now. */
  readonly offers: readonly Offer[]
  readonly lastCommand?: CommandView
  /** Newest first. */
  readonly past: readonly PastView[]
  /** The resource as people wrote it, to be shown as YAML. */
  readonly manifest?: Json
}

export interface PolicyView {
  readonly increment: number
  readonly intervalMs: number
  readonly ifUnhealthy: NonNullable<PolicySpec['ifUnhealthy']>
  readonly failures: number
  readonly atLimit: NonNullable<PolicySpec['atLimit']>
  readonly mode: NonNullable<PolicySpec['mode']>
  /** The lock `paused: true`. */
  readonly locked: boolean
}

export interface MetricView {
  readonly name: string
  readonly query: string
  readonly provider?: string
  readonly deviation: number
  readonly direction: 'either' | 'increase' | 'decrease'
  readonly baseline?: number
  readonly reading?: number
  readonly health: Health
  /** When it was read last. */
  readonly at?: number
  readonly band?: Band
}

/** The readings that are allowed; a bound that is left out does not bind. */
export interface Band {
  readonly low?: number
  readonly high?: number
}

export interface Note {
  readonly title: string
  readonly text: string
  /** Good to know, but nobody has to do anything about it. */
  readonly mild?: true
}

/** A command that is possible now, and what it would do. */
export interface Offer {
  readonly command: CommandName
  readonly effect: string
}

export interface CommandView {
  readonly name: string
  readonly at: number
  readonly by?: string
  /** Who they claim to be. */
  readonly claims?: string
  /** Why it was refused; absent when it was accepted. */
  readonly refused?: string
}

export interface PastView {
  readonly id: string
  readonly canaryVersion: string
  readonly phase: Phase
  readonly reason: Saying
  readonly startedAt?: number
  readonly endedAt: number
}
