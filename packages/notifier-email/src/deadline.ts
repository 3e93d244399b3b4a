/**
 * Runs a call under the caller's signal and a deadline of its own; `late` makes the error for the latter. Whichever ends
 * first rejects at once with its own reason, whether or not the call heeds the signal it is given.
 */
export async function withDeadline<T>(
  ms: number,
  caller: AbortSignal,
  late: () => Error,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller.throwIfAborted()
  // Not AbortSignal.any: the caller's signal may outlive many thousands of messages, and must not remember each.
  const controller = new AbortController()
  const { signal } = controller
  const abort = () => controller.abort(caller.reason)
  const timer = setTimeout(() => controller.abort(late()), ms)
  caller.addEventListener('abort', abort, { once: true })
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      call(signal).then(resolve, reject)
    })
  } finally {
    clearTimeout(timer)
    caller.removeEventListener('abort', abort)
  }
}
