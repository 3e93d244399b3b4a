import type { Clock } from './clock.js'

/** Resolves after `ms`, or at once when `signal` aborts. It never rejects: a loop looks at its signal anyway. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const wake = () => {
      cancel()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = clock.setTimer(ms, wake)
    signal.addEventListener('abort', wake, { once: true })
  })
}
