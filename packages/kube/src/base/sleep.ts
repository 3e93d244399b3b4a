import type { Clock } from './clock.js'
import { onAbort } from './on-abort.js'

/** Resolves after `ms`, or at once when `signal` aborts. It never rejects: a loop looks at its signal anyway. */
export function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const cancel = clock.setTimer(ms, () => {
      takeOff()
      resolve()
    })
    const takeOff = onAbort(signal, () => {
      cancel()
      resolve()
    })
  })
}
