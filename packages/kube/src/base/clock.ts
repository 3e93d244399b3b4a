/** Where time comes from, so that a test need not wait for it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps. Only differences between two readings mean anything. */
  now(): number
  /**
   * Calls `fn` once, `ms` milliseconds from now (0 to 2^31 - 1). Returns a function that cancels; cancelling late or
   * twice does nothing.
   */
  setTimer(ms: number, fn: () => void): () => void
}

/**
 * The process's monotonic clock. A pending timer keeps the process alive: each one belongs to something that is still
 * running (a request, a loop, a delayed key) and is cancelled when that ends.
 */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(ms, fn) {
    const timer = setTimeout(fn, ms)
    return () => clearTimeout(timer)
  },
}
