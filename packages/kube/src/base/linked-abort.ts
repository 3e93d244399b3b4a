import { onAbort } from './on-abort.js'

/**
 * An AbortController that also follows a caller's signal until `unlink`.
 *
 * `AbortSignal.any` would do, but a process-wide signal then remembers every request ever made with it for as long as
 * the garbage collector likes. One listener, taken off again, leaves nothing behind.
 */
export class LinkedAbort extends AbortController {
  /** Stops following. */
  readonly unlink: () => void

  constructor(parent: AbortSignal | undefined, reason: (parentReason: unknown) => unknown = same => same) {
    super()
    this.unlink = parent ? onAbort(parent, () => this.abort(reason(parent.reason))) : () => {}
  }
}
