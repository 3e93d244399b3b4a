import type { Clock } from '../src/base/clock.js'
import type { SimulatedClock } from './simulated-clock.js'

/** The clock of one machine: it has its own origin and speed, and its process can stand still or end. */
export class NodeClock implements Clock {
  readonly #time: SimulatedClock
  readonly #origin: number
  readonly #speed: number
  #stalledUntil = 0

  constructor(time: SimulatedClock, origin: number, speed: number) {
    this.#time = time
    this.#origin = origin
    this.#speed = speed
  }

  now(): number {
    return this.#origin + this.#time.now() * this.#speed
  }

  setTimer(ms: number, fn: () => void): () => void {
    let cancel = this.#time.setTimer(ms / this.#speed, () => {
      const rest = this.#stalledUntil - this.#time.now()
      if (rest > 0) cancel = this.#time.setTimer(rest, fn)
      else fn()
    })
    return () => cancel()
  }

  /** The process stands still: nothing fires before `ms` have passed. */
  stall(ms: number): void {
    this.#stalledUntil = this.#time.now() + ms
  }
}
