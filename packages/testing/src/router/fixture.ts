import type { Json, TrafficRouter } from '@birdwatch/core'
import type { Fixture } from '../conform/suite.js'

/** A router and a target that is ready, at weight 0, with nothing under way. */
export interface RouterFixture extends Fixture {
  readonly router: TrafficRouter
  readonly target: Json
  /** A second target, independent of the first, in the same condition. */
  readonly other: Json
  /** A target for which there is nothing to route with. */
  readonly absent: Json
  /** A version that neither destination selects yet. */
  readonly version: string
  /** Changes the weight of `target` as somebody else would, past the router. */
  write?(weight: number): void | Promise<void>
  /** Makes whatever the router writes to answer nothing from now on. */
  hang?(): void | Promise<void>
  /** Makes whatever the router writes to refuse every write from now on. */
  refuse?(): void | Promise<void>
  /** Within how many calls `promote` must be done (default 5). */
  readonly promoteCalls?: number
  /** What the router was given to authenticate with; no error may carry it. */
  readonly secrets?: readonly string[]
}
