import { withDeadline } from '../deadline.js'
import { codeOf, silence } from '../errors.js'
import type { Notice } from '../notice.js'
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
  /** What is to be saved beside was refused, or not answered, the last time. */
  #failing = false
  /** The `rev` that is stored, and the number of the last notice with it, as far as this process knows. */
  rev: number
  #seq: number
  readonly #stop = new AbortController()

  constructor(
    private readonly store: RolloutStore,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
    stored: Pick<RolloutState, 'rev' | 'seq'> = { rev: 0, seq: 0 },
  ) {
    this.rev = stored.rev
    this.#seq = stored.seq
  }

  /** Another writer has saved: whatever this one would save is out of date. */
  throwIfLost(): void {
    if (this.#lost !== undefined) throw this.#lost
  }

  /**
   * Saves after every save before it, unless `stop` is aborted by then; rejects as the store does, or with
   * `STORE_UNREACHABLE` when it is silent.
   *
   * @param saved called when it is, before the next save asks what is present
   */
  save(state: RolloutState, stop?: AbortSignal, saved?: () => void): Promise<void> {
    const turn = this.#queue.then(async () => {
      stop?.throwIfAborted()
      await this.#send(state)
      saved?.()
    })
    this.#queue = turn.catch(() => {})
    return turn
  }

  /**
   * Saves the present state without anybody waiting for it, again (100 ms to 5 s) until it is saved or lost.
   *
   * @param changed called when it is, and when the first try has failed
   */
  saveBeside(present: () => RolloutState, changed: () => void): void {
    this.#behind = true
    if (this.#beside) return
    this.#beside = true
    void this.#persist(present, changed).finally(() => {
      this.#beside = false
      changed()
    })
  }

  /**
   * Of what people may be told, that which is saved: whatever happens then, no successor tells it otherwise. What is saved
   * beside is of a sick canary: while that fails, people are told all the same.
   */
  tellable(outbox: readonly Notice[]): readonly Notice[] {
    return this.#failing ? outbox : outbox.filter(({ seq }) => seq <= this.#seq)
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
    this.#seq = state.seq
    this.savedAt = this.clock.now()
  }

  async #persist(present: () => RolloutState, changed: () => void): Promise<void> {
    for (let failures = 0; this.#behind && !this.#stop.signal.aborted && this.#lost === undefined; ) {
      // What was queued before is answered and committed by then: an older state must not be saved over it.
      for (let tail: unknown; tail !== this.#queue; await tail) tail = this.#queue
      this.#behind = false
      try {
        await this.save(present())
        this.#failing = false
      } catch {
        this.#behind = true
        if (!this.#failing && this.#lost === undefined) {
          this.#failing = true
          changed()
        }
        await this.clock.sleep(Math.min(100 * 2 ** failures++, 5000), this.#stop.signal).catch(() => {})
      }
    }
  }
}
