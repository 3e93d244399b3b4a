import { canonical } from '../json.js'
import type { ProcessFacts, Snapshot } from '../snapshot.js'

/** What one process learns about the traffic of one rollout while it runs. */
export class ProcessMemory {
  #heldSince: number
  #held: string | undefined
  /** The version that production was seen to select last. */
  production: string | undefined
  #answeredAt: number | undefined
  #wrote: ProcessFacts['wrote']
  /** A raise or a promotion is on its way. */
  underWay = false
  /** Until then (and until a read at the source after it) a raise or a promotion that was not answered may still land. */
  #doubtUntil: number | undefined

  /** @param doubtUntil when every request of an earlier process has died, epoch milliseconds */
  constructor(now: number, doubtUntil: number | undefined) {
    this.#heldSince = now
    this.#doubtUntil = doubtUntil
  }

  get doubtUntil(): number | undefined {
    return this.#doubtUntil
  }

  /** Takes note of an observation; a change of what is held starts its time anew. */
  saw(traffic: Snapshot['traffic'], now: number, live: boolean): void {
    if (traffic.state !== 'ready') return
    const { generation, weight, uniform, versions } = traffic
    this.production = versions?.production
    const held = canonical(generation === undefined ? { weight, uniform, versions } : { generation, versions })
    if (held !== this.#held) this.#heldSince = this.#answeredAt ?? now
    this.#held = held
    this.#answeredAt = undefined
    const calm = this.#doubtUntil !== undefined && now >= this.#doubtUntil
    if (live && calm && weight === 0 && uniform !== false) this.#doubtUntil = undefined
  }

  /** A write of ours was answered: what it changed is held from then on. Of a weight, also its step. */
  answered(at: number, step: number | undefined): void {
    this.#answeredAt = at
    if (step !== undefined) this.#wrote = { at, step }
  }

  /** A raise or a promotion of ours was not answered: it may land until its lifetime is over. */
  doubt(until: number): void {
    this.#doubtUntil = Math.max(until, this.#doubtUntil ?? 0)
  }

  facts(live: boolean): ProcessFacts {
    const certain = this.#doubtUntil === undefined && !this.underWay
    return { heldSince: this.#heldSince, wrote: this.#wrote, certain, live }
  }
}
