import { setMaxListeners } from 'node:events'

/**
 * Calls `fn` when `signal` aborts; at once if it did already. Returns a function that takes the listener off. Each of
 * ours is taken off when its work ends, so any number at one time is right, and Node's warning about more than ten
 * would be false.
 */
export function onAbort(signal: AbortSignal, fn: () => void): () => void {
  if (signal.aborted) {
    fn()
    return () => {}
  }
  setMaxListeners(0, signal)
  signal.addEventListener('abort', fn, { once: true })
  return () => signal.removeEventListener('abort', fn)
}
