import type { Reason } from './reasons.js'

/** One thing that people are told. */
export interface Notice {
  /**
   * Stays the same when a notice is delivered again, and stands for no other: `rolloutId/seq/` and when it was made. Whoever
   * drops what was delivered already goes by this, not by `seq`.
   */
  readonly id: string
  readonly rolloutId: string
  /**
   * Rises by one with each notice of a rollout; the host delivers in this order. When a rollback could not be saved, people
   * are told all the same; if its process then dies, the next one's notices have the same numbers once more.
   */
  readonly seq: number
  readonly reason: Reason
  /** What the rollout looked like when the notice was made. */
  readonly snapshot: NoticeSnapshot
}

/** The facts a message shows beside its reason. */
export interface NoticeSnapshot {
  /** The rollout's name for people, e.g. `namespace/name`. */
  readonly name: string
  readonly service: string
  readonly phase: string
  readonly weight: number
  readonly canaryVersion: string
  readonly productionVersion?: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly metrics: readonly MetricNumbers[]
}

/** One metric's last reading against its baseline. */
export interface MetricNumbers {
  readonly name: string
  readonly baseline?: number
  readonly reading?: number
  /** The deviation that is allowed. */
  readonly allowed: number
  readonly verdict: string
  /** When it was read, epoch milliseconds. */
  readonly at?: number
}
