import type { Clock } from '../base/clock.js'
import { TimerHeap } from './timer-heap.js'

/** The longest time a timer can wait; what is due later is looked at again then, milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Calls `onDue` for keys when their time has come: thousands of them, and never more than one timer. */
export class Delays {
  readonly #clock: Clock
  readonly #onDue: (key: string) => void
  readonly #heap = new TimerHeap()
  #armedFor: number | undefined
  #cancelTimer: (() => void) | undefined

  constructor(clock: Clock, onDue: (key: string) => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get size(): number {
    return this.#heap.size
  }

  /** `onDue(key)` will be called in `ms`, or earlier if the key was added for earlier. */
  add(key: string, ms: number): void {
    this.#heap.add(key, this.#clock.now() + ms)
    this.#arm()
  }

  clear(): void {
    this.#heap.clear()
    this.#arm()
  }

  #arm(): void {
    const due = this.#heap.nextDue
    if (due === this.#armedFor) return
    this.#cancelTimer?.()
    this.#armedFor = due
    if (due === undefined) return
    const ms = Math.min(LONGEST_TIMER_MS, Math.max(0, due - this.#clock.now()))
    this.#cancelTimer = this.#clock.setTimer(ms, () => this.#fire())
  }

  #fire(): void {
    this.#armedFor = undefined
    const now = this.#clock.now()
    for (let key = this.#heap.popDue(now); key !== undefined; key = this.#heap.popDue(now)) this.#onDue(key)
    this.#arm()
  }
}
