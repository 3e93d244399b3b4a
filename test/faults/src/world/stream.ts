import type { Answer } from '@birdwatch/kube'

/** The body of a watch: lines as they come, until it ends or breaks. */
export class Stream implements Answer {
  readonly statusCode = 200
  readonly headers = { 'content-type': 'application/json' }
  readonly #lines: Buffer[] = []
  readonly #closed: () => void
  #over: { readonly error?: Error } | undefined
  #wake = () => {}

  constructor(closed: () => void) {
    this.#closed = closed
  }

  push(line: Buffer): void {
    if (this.#over) return
    this.#lines.push(line)
    this.#wake()
  }

  end(): void {
    this.#finish({})
  }

  /** What has not been read is lost. */
  fail(error: Error): void {
    this.#lines.length = 0
    this.#finish({ error })
  }

  destroy(): void {
    this.#finish({})
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift()) yield line
      if (this.#over?.error) throw this.#over.error
      if (this.#over) return
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #finish(over: { error?: Error }): void {
    if (this.#over) return
    this.#over = over
    this.#closed()
    this.#wake()
  }
}
