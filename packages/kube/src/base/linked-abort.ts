/**
 * An AbortController that also follows a caller's signal until `unlink`.
 *
 * `AbortSignal.any` would do, but a process-wide signal then remembers every request ever made with it for as long as
 * the garbage collector likes. One listener, taken off again, leaves nothing behind.
 */
export class LinkedAbort extends AbortController {
  readonly #parent: AbortSignal | undefined
  readonly #follow: () => void

  constructor(parent: AbortSignal | undefined, reason: (parentReason: unknown) => unknown = same => same) {
    super()
    this.#parent = parent
    this.#follow = () => this.abort(reason(parent?.reason))
    if (parent?.aborted) this.#follow()
    else parent?.addEventListener('abort', this.#follow, { once: true })
  }

  unlink(): void {
    this.#parent?.removeEventListener('abort', this.#follow)
  }
}
