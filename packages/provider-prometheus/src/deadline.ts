/**
 * Runs a call under the caller's signal and a deadline of its own; `late` makes the error for the latter. The caller's
 * abort rejects with the signal's own reason, whatever the call makes of it.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  late: () => Error,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  // Not AbortSignal.any: the caller's signal may outlive many thousands of queries, and must not remember each.
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  const timer = setTimeout(() => controller.abort(late()), ms)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await call(controller.signal)
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}
