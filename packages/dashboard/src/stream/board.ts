import type { RolloutSource } from '../feed.js'
import { History, type HistoryLimits } from '../history/history.js'
import { type Point, pointOf } from '../history/point.js'
import type { RolloutRow, RolloutView } from '../view/view.js'
import { rowOf } from '../view/view-of.js'

/** What the list of rollouts has become since a cursor; no row is listed twice. */
export interface ListChanges {
  readonly rollouts: readonly RolloutRow[]
  readonly removed: readonly string[]
}

/** What one rollout has become since a cursor; `view` is null when it is gone. */
export interface RolloutChanges {
  readonly view?: RolloutView | null
  readonly points: readonly Point[]
}

/** How many removals are remembered for those who were away. */
const removalsKept = 1000

/**
 * The rollouts as they are, numbered by change. A reader is nothing but the number of the last change it has seen: it
 * is brought up to date from there, however slow it is, by the present state and never by a queue of its own.
 */
export class Board {
  readonly #entries = new Map<string, { readonly view: RolloutView; readonly text: string; readonly seq: number }>()
  readonly #removals: { readonly key: string; readonly seq: number }[] = []
  readonly #history: History
  readonly #now: () => number
  #seq = 0
  /** Removals up to here are forgotten. */
  #floor = 0

  /** @param now epoch milliseconds */
  constructor(limits: HistoryLimits, now: () => number) {
    this.#history = new History(limits)
    this.#now = now
  }

  /** The number of the last change. */
  get seq(): number {
    return this.#seq
  }

  /** Takes over what a source has, and follows it; returns a function that ends it. */
  follow(source: RolloutSource, changed: () => void): () => void {
    for (const view of source.list()) this.apply(view.key, view)
    return source.subscribe((key, view) => {
      if (this.apply(key, view)) changed()
    })
  }

  /** True when there is something new to see. */
  apply(key: string, view: RolloutView | undefined): boolean {
    const before = this.#entries.get(key)
    if (view === undefined) return before !== undefined && this.#remove(key)
    const text = JSON.stringify(view)
    if (before?.text === text) return false
    const seq = ++this.#seq
    const point = pointOf(before?.view, view, seq, this.#now())
    if (point !== undefined) this.#history.add(key, point)
    this.#entries.set(key, { view, text, seq })
    return true
  }

  rows(): RolloutRow[] {
    return [...this.#entries.values()].map(({ view }) => rowOf(view))
  }

  find(key: string): { view: RolloutView; points: readonly Point[] } | undefined {
    const entry = this.#entries.get(key)
    return entry && { view: entry.view, points: this.#history.of(key) }
  }

  /** Undefined when so much has happened since that the reader has to begin anew. */
  listSince(cursor: number): ListChanges | undefined {
    if (cursor < this.#floor || cursor > this.#seq) return undefined
    const changed = [...this.#entries.values()].filter(({ seq }) => seq > cursor)
    const removed = this.#removals.filter(({ seq }) => seq > cursor).map(({ key }) => key)
    return { rollouts: changed.map(({ view }) => rowOf(view)), removed: removed.filter(key => !this.#entries.has(key)) }
  }

  /** Undefined when so much has happened since that the reader has to begin anew. */
  rolloutSince(key: string, cursor: number): RolloutChanges | undefined {
    if (cursor < this.#floor || cursor > this.#seq) return undefined
    const points = this.#history.since(key, cursor)
    if (points === undefined) return undefined
    const entry = this.#entries.get(key)
    if (entry !== undefined) return entry.seq > cursor ? { view: entry.view, points } : { points }
    return this.#removals.some(removal => removal.key === key && removal.seq > cursor)
      ? { view: null, points }
      : { points }
  }

  #remove(key: string): true {
    this.#entries.delete(key)
    this.#history.forget(key)
    this.#removals.push({ key, seq: ++this.#seq })
    if (this.#removals.length > removalsKept) this.#floor = this.#removals.shift()?.seq ?? this.#floor
    return true
  }
}
