import type { Clock } from '@birdwatch/core'

/** As istiod does: a change is applied after so long without another, and at the latest after so much longer. */
export interface DebounceOptions {
  /** Default 100 ms. */
  readonly quietMs: number
  /** Default 10 000 ms. */
  readonly maxMs: number
}

/** Gathers changes that come close together. */
export class Debounce {
  readonly #options: DebounceOptions
  readonly #clock: Clock
  readonly #apply: () => void
  #waiting: AbortController | undefined
  #firstAt = 0
  #idle: Promise<void> = Promise.resolve()
  #becomeIdle = () => {}

  constructor(options: DebounceOptions, clock: Clock, apply: () => void) {
    this.#options = options
    this.#clock = clock
    this.#apply = apply
  }

  /** Something has changed. */
  trigger(): void {
    const now = this.#clock.now()
    if (!this.#waiting) {
      this.#firstAt = now
      this.#idle = new Promise(resolve => {
        this.#becomeIdle = resolve
      })
    }
    this.#waiting?.abort()
    this.#waiting = new AbortController()
    const { quietMs, maxMs } = this.#options
    const delayMs = Math.min(quietMs, Math.max(0, this.#firstAt + maxMs - now))
    this.#clock.sleep(delayMs, this.#waiting.signal).then(
      () => this.#run(),
      () => {},
    )
  }

  /** Resolves when everything that has changed so far is applied. */
  get idle(): Promise<void> {
    return this.#idle
  }

  /** Applies nothing any more. */
  stop(): void {
    this.#waiting?.abort()
    this.#becomeIdle()
  }

  #run(): void {
    this.#waiting = undefined
    this.#apply()
    this.#becomeIdle()
  }
}
