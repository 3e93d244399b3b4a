import { codeOf, messageOf } from '../errors.js'
import type { Clock, Logger } from '../ports.js'
import type { RolloutState } from '../state.js'

/** `ending`: what follows a rollback whose weight 0 was seen. */
export type Kind = 'rollback' | 'ending' | 'other'

/**
 * What follows from a decision, one thing after the other, beside the passes. When something fails, the rest is left to a
 * later pass, which comes after a back-off: 100 ms, then twice as much each time, up to 5 s.
 */
export class Work {
  #job: { readonly kind: Kind; readonly stop: AbortController } | undefined
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(
    private readonly clock: Clock,
    private readonly logger: Logger,
    /** Called whenever a piece of work has ended. */
    private readonly ended: () => void,
  ) {}

  /** What is under way. */
  get kind(): Kind | undefined {
    return this.#job?.kind
  }

  /** When the next write may be sent, epoch milliseconds. */
  get notBefore(): number {
    return this.#notBefore
  }

  get free(): boolean {
    return this.#job === undefined && !this.backsOff
  }

  get backsOff(): boolean {
    return this.clock.now() < this.#notBefore
  }

  start(kind: Kind, state: RolloutState, work: (stop: AbortSignal) => Promise<void>): void {
    const job = { kind, stop: new AbortController() }
    const { signal } = job.stop
    this.#job = job
    void work(signal)
      .then(
        () => signal.aborted || this.recovered(),
        error => signal.aborted || this.#failed(kind, state, error),
      )
      .finally(() => {
        if (this.#job === job) this.#job = undefined
        this.ended()
      })
  }

  /** Ends what is under way; it takes no notice of answers any more. */
  stop(): void {
    this.#job?.stop.abort()
    this.#job = undefined
  }

  /** Nothing is in the way any more: what is to be written may be written at once. */
  recovered(): void {
    this.#failures = 0
    this.#notBefore = Number.NEGATIVE_INFINITY
  }

  wait(until: number): void {
    this.#notBefore = until
  }

  #failed(what: Kind, { id, phase }: RolloutState, error: unknown): void {
    this.wait(this.clock.now() + Math.min(100 * 2 ** this.#failures++, 5000))
    this.logger.warn('a write failed', { rollout: id, phase, what, code: codeOf(error), message: messageOf(error) })
  }
}
