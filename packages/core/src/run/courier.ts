import { withDeadline } from '../deadline.js'
import { messageOf, silence } from '../errors.js'
import type { Json } from '../json.js'
import type { Notice } from '../notice.js'
import type { Clock, Logger, Notifier } from '../ports.js'

const shortestWaitMs = 1000
const longestWaitMs = 300_000

export interface CourierOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Deadline of one delivery, milliseconds. */
  readonly timeoutMs: number
  /** Called when something was delivered, or can be tried again. */
  readonly changed: () => void
}

/** Delivers the outbox beside the passes: one at a time, in order, again until it is delivered or refused for good. */
export class Courier {
  #busy = false
  #failures = 0
  readonly #stop = new AbortController()

  constructor(
    private readonly notifier: Notifier,
    private readonly options: CourierOptions,
    /** Everything up to this number was delivered; with what the notifier gave for it. */
    public seq = 0,
    public handle?: Json,
    /** Who is told, for the log; empty where there is only one. */
    private readonly name = '',
  ) {}

  /** Delivers the first notice that has not been, unless one is on its way. */
  send(outbox: readonly Notice[]): void {
    const notice = outbox.find(n => n.seq > this.seq)
    if (notice === undefined || this.#busy || this.#stop.signal.aborted) return
    this.#busy = true
    void this.#deliver(notice)
  }

  stop(): void {
    this.#stop.abort()
  }

  async #deliver(notice: Notice): Promise<void> {
    const { notifier, handle } = this
    const { clock, timeoutMs } = this.options
    try {
      const deadline = { ms: timeoutMs, late: silence('NOTIFIER_TIMEOUT', timeoutMs), signal: this.#stop.signal, clock }
      const result = await withDeadline(deadline, async signal => notifier.notify(notice, { handle, signal }))
      this.handle = result?.handle ?? handle
      this.#delivered(notice)
    } catch (error) {
      if (!this.#stop.signal.aborted) await this.#failed(notice, error)
    }
  }

  async #failed(notice: Notice, error: unknown): Promise<void> {
    const { clock, logger, changed } = this.options
    const { code, retryable = true, retryAfterMs } = (error ?? {}) as Failure
    const to = this.name === '' ? {} : { notifier: this.name }
    logger.warn('notification failed', { ...to, notice: notice.id, code, message: messageOf(error), retryable })
    if (!retryable) return this.#delivered(notice)
    const wait = retryAfterMs ?? Math.min(shortestWaitMs * 2 ** this.#failures++, longestWaitMs)
    await clock.sleep(wait, this.#stop.signal).catch(() => {})
    this.#busy = false
    changed()
  }

  #delivered({ seq }: Notice): void {
    this.seq = seq
    this.#failures = 0
    this.#busy = false
    this.options.changed()
  }
}

interface Failure {
  readonly code?: string
  readonly retryable?: boolean
  readonly retryAfterMs?: number
}
