import type { Clock } from './ports.js'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that stands still until it is told to move: rollouts of hours take milliseconds in tests. */
export class SimulatedClock implements Clock {
  #now: number
  #sleepers: Sleeper[] = []

  /** @param start epoch milliseconds */
  constructor(start = 0) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        this.#sleepers = this.#sleepers.filter(s => s !== sleeper)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper = { at: this.#now + Math.max(0, ms), wake }
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.push(sleeper)
    })
  }

  /** When the next sleeper wakes, or undefined when nobody sleeps. */
  next(): number | undefined {
    return this.#sleepers.length === 0 ? undefined : Math.min(...this.#sleepers.map(s => s.at))
  }

  /** Moves time on by `ms`, waking sleepers in the order of their times and letting each run before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let at = this.next(); at !== undefined && at <= end; at = this.next()) {
      this.#now = at
      const due = this.#sleepers.filter(s => s.at <= at)
      this.#sleepers = this.#sleepers.filter(s => s.at > at)
      for (const sleeper of due) sleeper.wake()
      await settle()
    }
    this.#now = end
  }
}

/** Lets everything that is ready to run do so: the promise chains of a whole pass are far below this many turns. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 500; turn++) await undefined
}
