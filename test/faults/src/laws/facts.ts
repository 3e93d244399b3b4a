import type { RolloutState } from '@birdwatch/core'
import type { RolloutStory } from '../story/story.js'
import type { Cluster, Write } from '../world/cluster.js'
import type { Probe } from '../world/metrics.js'

/** A save as it took effect. */
export interface Saved {
  readonly at: number
  readonly by: string
  readonly state: RolloutState
}

/** What is known of one rollout when something is written to it. */
export interface Facts {
  readonly name: string
  readonly story: RolloutStory
  readonly cluster: Cluster
  readonly now: number
  /** All saves so far, the last one included. */
  readonly saves: readonly Saved[]
  readonly probes: readonly Probe[]
  /** Since when the canary has what it has, and who gave it. */
  readonly weightSince: number
  readonly weightBy: string
  /** When we gave it more last; and the most we gave it since it had nothing. */
  readonly raisedAt: number
  readonly reached: number
  /** An event was lost without a trace: what it told of may stay unseen until the next list. */
  readonly unseen: boolean
  /** When somebody commanded `abort` last. */
  readonly abortedAt: number
  /** Since when production has had no pod. */
  readonly emptySince: number | undefined
}

export interface Written extends Facts {
  readonly write: Write
}

/** Sentences that hold of every write of a kind, each with the test of whether it holds of this one. */
export type Laws<Fact> = Readonly<Record<string, (fact: Fact) => boolean>>

export const brokenBy = <Fact>(laws: Laws<Fact>, fact: Fact): string[] =>
  Object.keys(laws).filter(sentence => !laws[sentence]?.(fact))

/** The integer that stands for a percentage of what both destinations hold. */
export const partOf = (sum: number, weight: number): number =>
  weight === 0 ? 0 : Math.max(1, Math.floor((sum * weight) / 100))

/** A change of somebody else may stay unseen for so long, milliseconds: an outage, and the pause before the next watch. */
export const longestUnseenMs = 40_000
/** A request of ours has landed or died by then, milliseconds. */
export const lifetimeMs = 10_000
/** How much of an interval clocks that are wrong may take away, as a share. */
export const slack = 0.975
