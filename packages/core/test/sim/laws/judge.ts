import type { RouteRecord } from '@birdwatch/testing'
import type { RolloutState } from '../../../src/index.js'
import type { Process } from '../process.js'
import { us, type World } from '../world.js'
import { mustMeasure, ofAttention } from './attention.js'
import { ofCalls } from './calls.js'
import { ofLandings } from './landings.js'
import { brokenBy, type Laws } from './law.js'
import { ofSaves } from './saves.js'

/** Judges every save, every write that is sent and every change that lands. */
export class Judge {
  readonly violations: string[] = []
  readonly #attempts: { readonly process: Process; readonly text: string }[] = []
  #saves = 0
  #records = 0
  #reached = 0
  /** When there was last nothing to measure. */
  #idleAt = 0
  #incrementAt = Number.NEGATIVE_INFINITY

  constructor(private readonly world: World) {
    world.mesh.listen(() => this.audit())
  }

  broken(sentence: string): void {
    this.violations.push(sentence)
    this.world.log('LAW', `broken: ${sentence}`)
  }

  /** A save is about to be sent; whether and when it takes effect is seen later. */
  attempted(process: Process, state: RolloutState): void {
    this.#attempts.push({ process, text: JSON.stringify(state) })
  }

  called(process: Process, what: string): void {
    this.audit()
    if (process.alive) this.#judge(ofCalls, { world: this.world, process, what })
  }

  /** The process that leads: has it an eye on the canary? */
  watched(process: Process): void {
    const { world } = this
    const { at } = world.probes.findLast(probe => probe.process === process.name) ?? { at: 0 }
    if (!mustMeasure(process, world)) this.#idleAt = world.now
    this.#judge(ofAttention, { sinceMs: world.now - Math.max(at, this.#idleAt, process.startedAt) })
  }

  /** Judges what has taken effect since the last time. */
  audit(): void {
    const { store, mesh } = this.world
    for (const after of store.saves.slice(this.#saves)) this.#saved(store.saves[this.#saves++ - 1], after)
    for (const record of mesh.records.slice(this.#records)) {
      this.#records++
      this.#landed(record)
    }
  }

  #saved(before: RolloutState | undefined, after: RolloutState): void {
    const text = JSON.stringify(after)
    const [process, ...others] = this.#attempts.filter(a => a.text === text).map(a => a.process)
    if (process === undefined) throw new Error('a save that nobody sent')
    // Two processes that would save the very same can not be told apart, and need not be.
    for (const sender of [process, ...others]) sender.saved = after
    this.#judge(ofSaves, { world: this.world, process, before, after })
  }

  #landed(record: RouteRecord): void {
    const { world } = this
    const { units, writer } = record.after
    if (writer !== us) return
    const sinceIncrement = world.now - this.#incrementAt
    this.#judge(ofLandings, { world, record, sinceIncrement, reached: this.#reached })
    if (units > this.#reached) this.#incrementAt = world.now
    if (units === 0) this.#incrementAt = Number.NEGATIVE_INFINITY
    this.#reached = units === 0 ? 0 : Math.max(this.#reached, units)
  }

  #judge<Fact>(laws: Laws<Fact>, fact: Fact): void {
    for (const sentence of brokenBy(laws, fact)) this.broken(sentence)
  }
}
