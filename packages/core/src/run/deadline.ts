import { BirdWatchError, type ErrorCode } from '../errors.js'
import type { Clock } from '../ports.js'

/** Runs `work` and gives up after `ms`, whether or not it obeys its signal. Rejects with `code`. */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  work: (signal: AbortSignal) => Promise<T> | T,
  outer: AbortSignal | undefined,
  code: ErrorCode,
): Promise<T> {
  const inner = new AbortController()
  const stop = () => inner.abort(outer?.reason)
  outer?.addEventListener('abort', stop, { once: true })
  if (outer?.aborted) stop()
  const overdue = clock.sleep(ms, inner.signal).then(
    () => {
      const error = new BirdWatchError(code, `no answer within ${ms / 1000} s`)
      queueMicrotask(() => inner.abort(error))
      throw error
    },
    () => {
      throw inner.signal.reason
    },
  )
  try {
    return await Promise.race([Promise.resolve().then(() => work(inner.signal)), overdue])
  } finally {
    outer?.removeEventListener('abort', stop)
    inner.abort()
    overdue.catch(() => {})
  }
}
