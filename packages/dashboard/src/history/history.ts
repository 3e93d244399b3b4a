import type { Point } from './point.js'
import { thin } from './thin.js'

interface Kept {
  points: Point[]
  /** The last point that was given up: whoever has seen less can not be brought up to date by what is kept. */
  lost: number
}

export interface HistoryLimits {
  /** Points kept of one rollout. */
  readonly each: number
  /** Points kept of all rollouts together. */
  readonly all: number
}

/** What happened to every rollout lately: bounded, in memory. */
export class History {
  readonly #limits: HistoryLimits
  readonly #kept = new Map<string, Kept>()
  #count = 0

  constructor(limits: HistoryLimits) {
    this.#limits = limits
  }

  /** How many points are kept. */
  get count(): number {
    return this.#count
  }

  add(key: string, point: Point): void {
    const kept = this.#kept.get(key) ?? { points: [], lost: 0 }
    this.#kept.set(key, kept)
    kept.points.push(point)
    this.#count++
    if (kept.points.length > this.#limits.each) this.#thin(kept)
    while (this.#count > this.#limits.all) this.#thin(this.#longest())
  }

  /** Oldest first. */
  of(key: string): readonly Point[] {
    return this.#kept.get(key)?.points ?? []
  }

  /** What was added after `seq`; undefined when some of it is no longer kept. */
  since(key: string, seq: number): readonly Point[] | undefined {
    const { points, lost } = this.#kept.get(key) ?? { points: [], lost: 0 }
    return lost > seq ? undefined : points.filter(point => point.seq > seq)
  }

  forget(key: string): void {
    this.#count -= this.of(key).length
    this.#kept.delete(key)
  }

  #thin(kept: Kept): void {
    const left = new Set(thin(kept.points))
    kept.lost = kept.points.findLast(point => !left.has(point))?.seq ?? kept.lost
    this.#count -= kept.points.length - left.size
    kept.points = [...left]
  }

  /** Where memory is short, the longest history is shortened first. */
  #longest(): Kept {
    return [...this.#kept.values()].reduce((a, b) => (b.points.length > a.points.length ? b : a))
  }
}
