import { randomBytes } from 'node:crypto'
import type { Beat, ListChange, RolloutChange, RolloutDetail, RolloutList } from '../api.js'
import type { PlaygroundState } from '../playground.js'
import type { Board } from './board.js'

/** What a stream is about: one rollout, or all of them. */
export type Subject = string | undefined

interface Events {
  reset: RolloutList | RolloutDetail
  change: ListChange | RolloutChange
  playground: PlaygroundState
  beat: Beat
}

/** JSON has no line breaks of its own, so that one line of data is enough. */
const frame = <E extends keyof Events>(event: E, data: Events[E], id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`

/** Writes what readers have not seen yet as server-sent events. */
export class Frames {
  readonly #board: Board
  readonly #now: () => number
  /** An id of another process says nothing about what was seen of this one. */
  readonly #epoch = randomBytes(6).toString('hex')

  constructor(board: Board, now: () => number) {
    this.#board = board
    this.#now = now
  }

  /** The id of the present, by which a reader goes on later. */
  get id(): string {
    return `${this.#epoch}-${this.#board.seq}`
  }

  /** How far a reader has come that has seen this id; undefined when it has to begin anew. */
  cursorOf(id: string | undefined): number | undefined {
    const [epoch, seq] = id?.split('-') ?? []
    return epoch === this.#epoch && seq !== undefined && /^\d{1,15}$/.test(seq) ? Number(seq) : undefined
  }

  /** From a cursor to the present; empty when there is nothing new. */
  from(subject: Subject, cursor: number | undefined): string {
    if (cursor === this.#board.seq) return ''
    const change = cursor === undefined ? undefined : this.#change(subject, cursor)
    if (change === undefined) return frame('reset', this.#present(subject), this.id)
    return isEmpty(change) ? '' : frame('change', change, this.id)
  }

  playground = (state: PlaygroundState): string => frame('playground', state)

  beat = (): string => frame('beat', { now: this.#now() })

  #present(subject: Subject): RolloutList | RolloutDetail {
    const now = this.#now()
    if (subject === undefined) return { now, rollouts: this.#board.rows() }
    return { now, ...(this.#board.find(subject) ?? { view: null, points: [] }) }
  }

  #change(subject: Subject, cursor: number): ListChange | RolloutChange | undefined {
    const found = subject === undefined ? this.#board.listSince(cursor) : this.#board.rolloutSince(subject, cursor)
    return found && { now: this.#now(), ...found }
  }
}

const isEmpty = (change: ListChange | RolloutChange): boolean =>
  'removed' in change
    ? change.rollouts.length + change.removed.length === 0
    : change.view === undefined && change.points.length === 0
