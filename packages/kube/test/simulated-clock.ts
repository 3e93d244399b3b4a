import type { Clock } from '../src/base/clock.js'

interface Timer {
  readonly at: number
  readonly fn: () => void
}

/** Lets everything that is ready to run, run. */
export const settle = () => new Promise<void>(resolve => setImmediate(resolve))

/** A clock that stands still until it is told to move. */
export class SimulatedClock implements Clock {
  #now = 0
  readonly #timers = new Set<Timer>()

  now(): number {
    return this.#now
  }

  setTimer(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size
  }

  /** Moves on by `ms`, firing what becomes due in order, and lets each consequence happen before the next. */
  async advance(ms: number, afterEach: () => void = () => {}): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.at)
      this.#timers.delete(next)
      next.fn()
      await settle()
      afterEach()
    }
    this.#now = end
    afterEach()
  }

  /** Moves on without anything happening, as for a process that is stopped and then goes on. */
  jump(ms: number): void {
    this.#now += ms
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}
