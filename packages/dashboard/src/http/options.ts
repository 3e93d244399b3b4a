import type { CommandName } from '@birdwatch/core'
import type { RolloutSource } from '../feed.js'
import type { PlaygroundSource } from '../playground.js'

export interface DashboardOptions {
  readonly source: RolloutSource
  /**
   * Hands a command of somebody at the page to a rollout. Resolves when it was handed over: what became of it shows as
   * the rollout's last command. Left out: the page only looks. Commands are taken on loopback only.
   */
  readonly commands?: (rollout: { namespace: string; name: string }, command: CommandName) => Promise<void>
  readonly playground?: PlaygroundSource
  /** Shown at the top, default `BirdWatch`. */
  readonly title?: string
  /** How `kubectl` is called in the lines to copy, default `kubectl`. */
  readonly kubectl?: string
  /** Names, in lower case and without port, by which the page may be asked for besides loopback; default none. */
  readonly hosts?: readonly string[]
  /** Points of history kept of one rollout, default 500. */
  readonly historyEach?: number
  /** Points of history kept of all rollouts together, default 20,000 (some 15 MB). */
  readonly historyAll?: number
  /** How many may follow at once, default 200. */
  readonly readers?: number
  /** Changes of this many milliseconds go out together, default 100. */
  readonly gatherMs?: number
  /** A stream shows a sign of life this often, default 15,000 ms; the page waits 35 s for one. */
  readonly beatMs?: number
  /** A reader that takes nothing for this long is let go, default 60,000 ms. */
  readonly stallMs?: number
  /** The directory of the built page, ending in a slash; default: the one of this package. */
  readonly page?: URL
}
