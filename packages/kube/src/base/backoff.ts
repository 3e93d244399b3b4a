export interface BackoffOptions {
  /** The first delay, milliseconds. */
  baseMs: number
  /** No delay is longer, milliseconds. */
  maxMs: number
  /** A number from 0 up to 1, exclusive. Default `Math.random`. */
  random?: (() => number) | undefined
}

/**
 * The delay before attempt number `failures + 1`: doubled each time up to `maxMs`, then shortened by up to a half, so
 * that many clients which failed together do not come back together.
 */
export function backoffMs(failures: number, { baseMs, maxMs, random = Math.random }: BackoffOptions): number {
  const full = Math.min(maxMs, baseMs * 2 ** failures)
  return full * (1 - random() / 2)
}

/** Counts failures and says how long to wait after each. */
export class Backoff {
  readonly #options: BackoffOptions
  #failures = 0

  constructor(options: BackoffOptions) {
    this.#options = options
  }

  next(): number {
    return backoffMs(this.#failures++, this.#options)
  }

  reset(): void {
    this.#failures = 0
  }
}
