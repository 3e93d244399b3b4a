import { withDeadline } from '../deadline.js'
import { codeOf, silence } from '../errors.js'
import type { Clock, RolloutStore } from '../ports.js'
import type { RolloutState } from '../state.js'

/** Saves one rollout's state, one save at a time, each fenced by the `rev` of the one before. */
export class Saver {
  /** When a save was answered last, epoch milliseconds. */
  savedAt = Number.NEGATIVE_INFINITY
  #lost: unknown
  #queue: Promise<unknown> = Promise.resolve()
  #beside = false
  /** The present state is not saved yet. */
  #behind = false
  readonly #stop = new AbortController()

  constructor(
    private readonly store: RolloutStore,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    /** The `rev` that is stored, as far as this process knows. */
    public rev: number,
  ) {}

  /** Another writer has saved: whatever this one would save is out of date. */
  throwIfLost(): void {
    if (this.#lost !== undefined) throw this.#lost
  }

  /**
   * Saves after every save before it, unless `stop` is aborted by then; rejects as the store does, or with
   * `STORE_UNREACHABLE` when it is silent.
   */
  save(state: RolloutState, stop?: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => {
      stop?.throwIfAborted()
      return this.#send(state)
    })
    this.#queue = turn.catch(() => {})
    return turn
  }

  /** Saves the present state without anybody waiting for it, again (100 ms to 5 s) until it is saved or lost. */
  saveBeside(present: () => RolloutState, done: () => void): void {
    this.#behind = true
    if (this.#beside) return
    this.#beside = true
    void this.#persist(present).finally(() => {
      this.#beside = false
      done()
    })
  }

  /** True when nothing waits to be saved beside. */
  get settled(): boolean {
    return !this.#beside
  }

  stop(): void {
    this.#stop.abort()
  }

  async #send(state: RolloutState): Promise<void> {
    this.throwIfLost()
    try {
      const save = () => this.store.save({ ...state, rev: this.rev + 1 }, this.rev)
      const { clock, timeoutMs: ms } = this
      await withDeadline({ ms, late: silence('STORE_UNREACHABLE', ms), clock }, save)
    } catch (error) {
      if (codeOf(error) === 'STORE_CONFLICT') this.#lost = error
      throw error
    }
    this.rev++
    this.savedAt = this.clock.now()
  }

  async #persist(present: () => RolloutState): Promise<void> {
    for (let failures = 0; this.#behind && !this.#stop.signal.aborted && this.#lost === undefined; ) {
      // What was queued before is answered and committed by then: an older state must not be saved over it.
      for (let tail: unknown; tail !== this.#queue; await tail) tail = this.#queue
      this.#behind = false
      try {
        await this.save(present())
      } catch {
        this.#behind = true
        await this.clock.sleep(Math.min(100 * 2 ** failures++, 5000), this.#stop.signal).catch(() => {})
      }
    }
  }
}
