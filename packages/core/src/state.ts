import type { Json } from './json.js'
import type { MetricNumbers, Notice } from './notice.js'
import type { Phase } from './phase.js'
import type { Policy } from './policy.js'
import type { Reason } from './reasons.js'

/** What is rolled out, and where. */
export interface RolloutTarget {
  /** The rollout's name for people. */
  readonly name: string
  /** The service whose traffic moves, for people. */
  readonly service: string
  readonly canaryVersion: string
  /** The router's own JSON. */
  readonly ref: Json
}

export const commands = ['pause', 'resume', 'promote', 'force-promote', 'abort', 'retry', 'undo'] as const
export type CommandName = (typeof commands)[number]

/** A person's wish, as the host found it. The host shows it again and again until the engine acknowledges it. */
export interface Command {
  /** One of `commands`; anything else is refused by name. */
  readonly name: string
  /** Tells this request from an equal one made later. */
  readonly id: string
  /** Who asked: a tool's name, as recorded by the host. */
  readonly by?: string
  /** Who they claim to be; shown as a claim. */
  readonly claims?: string
}

export interface CommandRecord extends Command {
  readonly at: number
  /** Why it was refused; absent when it was accepted. */
  readonly refused?: string
}

/** Everything the engine remembers of one rollout: plain JSON, saved as a whole. */
export interface RolloutState {
  readonly schema: 1
  /** Unique per rollout; the same resource gets another one for its next version. */
  readonly id: string
  /** How many rollouts this resource has had. */
  readonly number: number
  /** Rises with every save; what a save compares. */
  readonly rev: number
  /** Rises with every new weight, adoption and rollout, never restarts; what readings are bound to. */
  readonly step: number
  readonly phase: Phase
  /** When the phase began. All times are epoch milliseconds. */
  readonly since: number
  /** Why the rollout is where it is. */
  readonly reason: Reason
  readonly target: RolloutTarget
  /** The canary's build that this rollout is about, once known. */
  readonly revision?: string
  /** The last policy that was valid. */
  readonly policy: Policy
  readonly productionVersion?: string

  /** The canary's weight that is wanted now. */
  readonly weight: number
  /** The weight before it; until the present weight is seen, the traffic may still show this one. */
  readonly from: number
  /** The step at which `from` was wanted. */
  readonly fromStep: number
  /** The traffic's generation when `weight` was decided. */
  readonly generation?: number
  /** When `weight` was decided. */
  readonly decidedAt: number
  /** When the canary destination was seen to point at the canary version, at weight 0. */
  readonly preparedAt?: number

  readonly nextCheckAt?: number
  /** Consecutive unhealthy checks. */
  readonly failures: number
  /** Last numbers and the judge's memory, by metric name. */
  readonly metrics: Readonly<Record<string, MetricState>>
  /** Outages and gaps that people have been told of, by metric name: since when, and the error's code or `no_data`. */
  readonly trouble: Readonly<Record<string, { readonly since: number; readonly code: string }>>

  /** Where a pause (or a freeze) came from, and the change by somebody else that caused it. */
  readonly pause?: { readonly from: Phase; readonly foreign?: Foreign; readonly lock?: boolean }
  /** What follows RollingBack when it is not the end. */
  readonly next?: 'restart'
  /** What Promoting makes production, when it is not the canary: the version an `undo` goes back to. */
  readonly undoing?: string
  /** In a terminal phase: the change by somebody else that was noticed. */
  readonly drift?: Foreign
  /** Of what people were warned while nothing may be done about it. */
  readonly warned?: 'dead_canary'
  /** Set when a first refusal of the rollback write was announced. */
  readonly blocked?: boolean

  readonly startedAt?: number
  readonly endedAt?: number
  /** The last time the rollout got on: a new phase or a new weight. */
  readonly progressAt: number
  /** When people were last told that it does not. */
  readonly stuckAt?: number

  /** The command decided upon last: the same request is never carried out twice. */
  readonly lastCommand?: CommandRecord
  /** Why the present policy is not used, when it is not. */
  readonly rejected?: Reason
  /** Number of the last notice. */
  readonly seq: number
  /** Notices not yet delivered, oldest first; at most 20. */
  readonly outbox: readonly Notice[]
  /** How far everybody is who is told, by name, and what each gave for the last notice. */
  readonly handle?: Json
  /** At most 5 past rollouts, newest first. */
  readonly history: readonly PastRollout[]
}

export interface MetricState extends MetricNumbers {
  readonly memory?: Json
}

/** What somebody else did to the traffic. */
export interface Foreign {
  /** Undefined when the routes disagree. */
  readonly weight?: number
  readonly versions?: { readonly production: string; readonly canary: string }
  readonly writer?: string
}

export interface PastRollout {
  readonly id: string
  readonly canaryVersion: string
  readonly phase: Phase
  readonly reason: Reason
  readonly startedAt?: number
  readonly endedAt: number
}

/** True while a rollout holds its target: it may have moved traffic, or be about to. */
export const inProgress = (state: Pick<RolloutState, 'phase'>): boolean =>
  !['Waiting', 'Promoted', 'RolledBack', 'Invalid'].includes(state.phase)

/** True when a rollout has ended. */
export const isTerminal = (state: Pick<RolloutState, 'phase'>): boolean =>
  state.phase === 'Promoted' || state.phase === 'RolledBack'
