import type { Clock } from '../base/clock.js'
import { LinkedAbort } from '../base/linked-abort.js'
import type { Call } from './call.js'

/**
 * The one signal of a request: it aborts with the caller's, and when the time set by `arm` is over. Its reason is the
 * error to throw. `dispose` leaves no timer and no listener behind.
 */
export class Deadline {
  readonly #clock: Clock
  readonly #call: Call
  readonly #abort: LinkedAbort
  #cancelTimer: (() => void) | undefined

  constructor(clock: Clock, call: Call, caller: AbortSignal | undefined) {
    this.#clock = clock
    this.#call = call
    this.#abort = new LinkedAbort(caller, cause => call.error('KUBE_ABORTED', 'aborted by the caller.', { cause }))
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** Replaces the time limit: from now on `ms` are left, and `expectation` says for what. */
  arm(ms: number, expectation: string): void {
    this.disarm()
    const expire = () => this.#abort.abort(this.#call.error('KUBE_TIMEOUT', `no ${expectation} within ${ms} ms.`))
    this.#cancelTimer = this.#clock.setTimer(ms, expire)
  }

  disarm(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  /** Settles like `promise`, or rejects as soon as the signal aborts. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const give = () => reject(this.signal.reason)
      if (this.signal.aborted) give()
      else this.signal.addEventListener('abort', give, { once: true })
      promise.then(resolve, reject)
    })
  }

  dispose(): void {
    this.disarm()
    this.#abort.unlink()
  }
}
