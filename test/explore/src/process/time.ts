import type { Clock } from '@birdwatch/core'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** The clock of one process: it stands still until it is told to move, and knows who sleeps until when. */
export class Time implements Clock {
  #sleepers: Sleeper[] = []
  /** When who fell asleep last is to wake. */
  latest = 0

  constructor(private time: number) {}

  now(): number {
    return this.time
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const at = this.time + Math.max(0, ms)
    this.latest = at
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const abort = () => {
        this.#sleepers = this.#sleepers.filter(other => other !== sleeper)
        reject(signal?.reason)
      }
      const wake = () => {
        signal?.removeEventListener('abort', abort)
        resolve()
      }
      const sleeper = { at, wake }
      signal?.addEventListener('abort', abort, { once: true })
      this.#sleepers.push(sleeper)
    })
  }

  get sleepers(): number[] {
    return this.#sleepers.map(({ at }) => at).sort((a, b) => a - b)
  }

  /** Moves on at once, as a process sees it that was stopped meanwhile; who is due wakes in order. */
  pass(ms: number): void {
    this.time += ms
    const due = this.#sleepers.filter(({ at }) => at <= this.time).sort((a, b) => a.at - b.at)
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.time)
    for (const { wake } of due) wake()
  }
}
