import type { Notice } from '@birdwatch/core'

/** One write as it took effect. */
export interface Change {
  /** Milliseconds since the beginning. */
  readonly at: number
  /** A process, or who else it was. */
  readonly by: string
  readonly kind: string
  readonly rollout: string
  /** The canary's part of the route after it, and the phase that was saved then. */
  readonly canary: number
  readonly phase: string | undefined
}

export interface Outcome {
  /** The laws that were broken; empty when all is well. */
  readonly violations: readonly string[]
  /** What happened, a line each. */
  readonly trace: readonly string[]
  /** Writes that were judged. */
  readonly changes: readonly Change[]
  /** The phases in which the rollouts ended; `gone` where nothing is left of one. */
  readonly ends: readonly string[]
  readonly simulatedMs: number
  /** Whatever the processes sent, in order. */
  readonly requests: readonly string[]
  /** What people were told, in the order in which it arrived, some of it more than once. */
  readonly told: readonly Notice[]
}
