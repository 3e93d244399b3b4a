import { setTimeout as delay } from 'node:timers/promises'

export interface WaitOptions {
  /** Milliseconds until the wait fails. Default 60 000: the machine may be busy, and a wait that succeeds costs nothing. */
  timeoutMs?: number
  /** Milliseconds between two looks. Default 50. */
  everyMs?: number
}

/**
 * Looks until `look` returns something other than `undefined` or `false`, and returns that.
 * An error thrown by `look` counts as "not yet" and is told when the time is over.
 */
export async function waitFor<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { timeoutMs = 60_000, everyMs = 50 }: WaitOptions = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  let last: unknown
  for (;;) {
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      last = undefined
    } catch (error) {
      last = error
    }
    if (Date.now() >= deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`, { cause: last })
    await delay(everyMs)
  }
}
