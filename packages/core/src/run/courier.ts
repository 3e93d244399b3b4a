import type { Json } from '../json.js'
import type { Notice } from '../notice.js'
import type { Clock, Logger, Notifier } from '../ports.js'
import { withDeadline } from './deadline.js'

const shortestWaitMs = 1000
const longestWaitMs = 300_000

/** Delivers the outbox beside the passes: one at a time, in order, again until it is delivered or refused for good. */
export class Courier {
  /** Everything up to this number was delivered; with what the notifier gave for it. */
  seq = 0
  handle: Json | undefined
  #busy = false
  #failures = 0
  readonly #stop = new AbortController()

  constructor(
    private readonly notifier: Notifier | undefined,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly timeoutMs: number,
    private readonly changed: () => void,
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
    const { notifier, clock, handle } = this
    try {
      const notify = async (signal: AbortSignal) => notifier?.notify(notice, { handle, signal })
      const result = await withDeadline(clock, this.timeoutMs, notify, this.#stop.signal, 'NOTIFIER_TIMEOUT')
      this.handle = result?.handle ?? handle
      this.#delivered(notice)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      const {
        code,
        message,
        retryable = true,
        retryAfterMs,
      } = error as { code?: string; retryAfterMs?: number; retryable?: boolean; message: string }
      this.logger.warn('notification failed', { notice: notice.id, code, message, retryable })
      if (!retryable) return this.#delivered(notice)
      const wait = retryAfterMs ?? Math.min(shortestWaitMs * 2 ** this.#failures++, longestWaitMs)
      await clock.sleep(wait, this.#stop.signal).catch(() => {})
      this.#busy = false
      this.changed()
    }
  }

  #delivered({ seq }: Notice): void {
    this.seq = seq
    this.#failures = 0
    this.#busy = false
    this.changed()
  }
}
