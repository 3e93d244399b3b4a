import type { Clock } from '@birdwatch/core'
import type { Timeline } from './timeline.js'

/** How the clocks of one machine are wrong. */
export interface Skew {
  /** Of the time of day, milliseconds. */
  readonly offsetMs: number
  /** Of both clocks; 1 is right. */
  readonly speed: number
}

/** The clocks of one process, which can be frozen, and ends. */
export class ProcessTime {
  readonly #timeline: Timeline
  readonly #skew: Skew
  readonly #start: number
  #frozenUntil = 0
  /** Nothing happens any more. */
  ended = false

  constructor(timeline: Timeline, skew: Skew) {
    this.#timeline = timeline
    this.#skew = skew
    this.#start = timeline.now
  }

  /** The time of day as the process knows it. */
  readonly wall: Clock = {
    now: () => Math.floor(this.#start + this.#skew.offsetMs + this.#elapsed()),
    sleep: (ms, signal) => this.#sleep(ms, signal),
  }

  /** Never jumps. */
  readonly monotonic = {
    now: () => this.#elapsed(),
    sleep: (ms: number, signal?: AbortSignal) => this.#sleep(ms, signal),
    setTimer: (ms: number, fn: () => void) => this.after(ms / this.#skew.speed, fn),
  }

  /** Until then the process neither sends nor hears anything, as one that was sent SIGSTOP. */
  freeze(ms: number): void {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#timeline.now + ms)
  }

  /** Calls `fn` in the process in `ms` of true time: later when it is frozen then, never when it has ended. */
  after(ms: number, fn: () => void): () => void {
    let cancel = this.#timeline.setTimer(ms, () => {
      if (this.ended) return
      const left = this.#frozenUntil - this.#timeline.now
      if (left > 0) cancel = this.after(left, fn)
      else fn()
    })
    return () => cancel()
  }

  #elapsed(): number {
    return (this.#timeline.now - this.#start) * this.#skew.speed
  }

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        cancel()
        reject(signal?.reason)
      }
      const cancel = this.after(Math.max(0, ms) / this.#skew.speed, () => {
        signal?.removeEventListener('abort', stop)
        resolve()
      })
      signal?.addEventListener('abort', stop, { once: true })
    })
  }
}
