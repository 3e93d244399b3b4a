import type { Point } from './history/point.js'
import type { RolloutRow, RolloutView } from './view/view.js'

/** The JSON that the page and the handler exchange. `now` is the server's clock, epoch milliseconds. */

/** `GET api/session`: what the page may do. */
export interface Session {
  readonly title: string
  /** How `kubectl` is called here. */
  readonly kubectl: string
  /** Whether commands can be given from the page. */
  readonly commands: boolean
  /** Whether there is `api/playground`. */
  readonly playground: boolean
  /** To be sent with every POST, as the header `x-birdwatch-token`; absent where nothing can be done. */
  readonly token?: string
}

/** `GET api/rollouts`, and the event `reset` of a stream of all rollouts. */
export interface RolloutList {
  readonly now: number
  readonly rollouts: readonly RolloutRow[]
}

/** `GET api/rollouts/:namespace/:name`, and the event `reset` of a stream of one rollout, where `view` may be null. */
export interface RolloutDetail {
  readonly now: number
  readonly view: RolloutView | null
  /** Oldest first. */
  readonly points: readonly Point[]
}

/** Event `change` of a stream of all rollouts. */
export interface ListChange extends RolloutList {
  /** Keys of rollouts that are gone. */
  readonly removed: readonly string[]
}

/** Event `change` of a stream of one rollout; `view` is left out when it is as before, and null when it is gone. */
export interface RolloutChange {
  readonly now: number
  readonly view?: RolloutView | null
  readonly points: readonly Point[]
}

/** Event `beat`: nothing has changed, and the stream is alive. */
export interface Beat {
  readonly now: number
}

/** The body of every answer that is not 2xx. */
export interface Problem {
  readonly error: string
}
