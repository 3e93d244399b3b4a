import type { Clock } from './ports.js'
import { systemClock } from './system-clock.js'

export interface Deadline {
  /** How long the call may take, milliseconds. */
  readonly ms: number
  /** Makes the error of a call that took longer. */
  readonly late: () => Error
  /** The caller's: its abort ends the call too. */
  readonly signal?: AbortSignal | undefined
  /** Default: the system's. */
  readonly clock?: Clock
}

/** Nobody sees it; without one, each call would pay for an error and its stack. */
const settled = 'the call has ended'

/**
 * Makes a call that ends in time. Whichever comes first rejects at once with its own reason: the deadline, or the abort of
 * the caller; the call is told by its signal, and left behind when it heeds none. It is not made at all when the caller has
 * aborted already. What the call throws at once counts as its rejection.
 */
export async function withDeadline<T>(
  { ms, late, signal: caller, clock = systemClock }: Deadline,
  call: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
  caller?.throwIfAborted()
  // Not AbortSignal.any: the caller's signal may outlive many thousands of calls, and must not remember each.
  const inner = new AbortController()
  const over = new AbortController()
  const abort = () => {
    over.abort(settled)
    inner.abort(caller?.reason)
  }
  caller?.addEventListener('abort', abort, { once: true })
  clock.sleep(ms, over.signal).then(
    () => inner.abort(late()),
    () => {},
  )
  try {
    return await new Promise<T>((resolve, reject) => {
      // Before the call listens: its own rejection says less.
      inner.signal.addEventListener('abort', () => reject(inner.signal.reason), { once: true })
      Promise.resolve(call(inner.signal)).then(resolve, reject)
    })
  } finally {
    over.abort(settled)
    caller?.removeEventListener('abort', abort)
  }
}
