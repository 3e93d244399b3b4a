import type { RolloutState } from '@birdwatch/core'
import type { Place } from '../api/objects.js'
import type { Product } from '../glass.js'
import { type Input, type Pending, Process } from './process.js'

/** A process in one of its states, all times relative to its last input. */
export interface Local {
  readonly id: number
  readonly pending: readonly Pending[]
  /** When it does something by itself; undefined when only an input can move it. */
  readonly timer: number | undefined
  readonly versions: Readonly<Record<Place, number>>
  readonly state: RolloutState | undefined
  /** How to get there: the state before, and the input that led here; undefined for a process that has not begun. */
  readonly from: { readonly local: Local; readonly afterMs: number; readonly input: Input } | undefined
  /** All that it remembers, when it waits for nothing: it can be made from that. */
  readonly memory: string | undefined
}

/** What an input leads to. */
export interface Step {
  readonly local: Local
  /** Slots of before whose requests are answered or given up. */
  readonly ended: readonly number[]
  /** Requests given up before their time: what they ask for may still be done. */
  readonly abandoned: readonly Pending[]
  readonly violations: readonly string[]
}

/** How many processes are kept as they are, so that they need not be brought to their states again. */
const mostKept = 3000

/**
 * Every state that a process was seen in, and what each input led to: a process is run once for each, and never again.
 * A promise can not be copied: a process is made anew from what it remembered when it last waited for nothing, and
 * brought to its state by the inputs since then.
 */
export class Locals {
  readonly unborn: Local
  /** How often a process was run, and how often one was brought back to an earlier state for it. */
  readonly runs = { steps: 0, replays: 0 }
  readonly #all: Local[] = []
  readonly #ids = new Map<string, Local>()
  readonly #steps = new Map<string, Step>()
  readonly #kept = new Map<number, Process>()

  constructor(private readonly product: Product) {
    this.unborn = this.#localOf('unborn', new Process(product), undefined)
  }

  get count(): number {
    return this.#all.length
  }

  at(id: number): Local {
    return this.#all[id] as Local
  }

  /** What the input leads to, when that is known already. */
  known(local: Local, afterMs: number, input: Input): Step | undefined {
    return this.#steps.get(keyOf(local, afterMs, input))
  }

  async step(local: Local, afterMs: number, input: Input): Promise<Step> {
    const key = keyOf(local, afterMs, input)
    const known = this.#steps.get(key)
    if (known !== undefined) return known
    const process = await this.#processIn(local)
    await process.take(afterMs, input)
    this.runs.steps++
    // While requests are under way, what a process will do can not be read from its fields: then its past tells.
    const next = this.#localOf(process.memory ?? key, process, { local, afterMs, input })
    const still = new Set(process.pending.map(({ slot }) => slot))
    const answered = 'slot' in input ? [input.slot] : []
    const now = process.time.now()
    const abandoned = process.abandoned.map(({ slot, request, idle, until }) => ({
      slot,
      request,
      idle,
      dies: until - now,
    }))
    const gone = local.pending.map(({ slot }) => slot).filter(slot => !still.has(slot))
    const ended = [...new Set([...answered, ...gone, ...abandoned.map(({ slot }) => slot)])]
    const step = { local: next, ended, abandoned, violations: [...process.violations] }
    this.#steps.set(key, step)
    this.#keep(next, process)
    return step
  }

  #localOf(key: string, process: Process, from: Local['from']): Local {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const { pending, versions, state } = process
    const memory = pending.length === 0 && key.startsWith('[') ? key : undefined
    const local = { id: this.#all.length, pending, versions, state, timer: process.timers[0], from, memory }
    this.#ids.set(key, local)
    this.#all.push(local)
    return local
  }

  async #processIn(local: Local): Promise<Process> {
    const kept = this.#kept.get(local.id)
    if (kept !== undefined) {
      this.#kept.delete(local.id)
      return kept
    }
    const past: NonNullable<Local['from']>[] = []
    let base = local
    for (; base.from !== undefined && base.memory === undefined; base = base.from.local) past.unshift(base.from)
    const process = base.memory === undefined ? new Process(this.product) : Process.with(this.product, base.memory)
    this.runs.replays++
    for (const { afterMs, input } of past) await process.take(afterMs, input)
    if (JSON.stringify(process.pending) !== JSON.stringify(local.pending))
      throw new Error('a process that is given the same inputs again does something else')
    return process
  }

  #keep(local: Local, process: Process): void {
    this.#kept.set(local.id, process)
    if (this.#kept.size <= mostKept) return
    for (const oldest of this.#kept.keys()) return void this.#kept.delete(oldest)
  }
}

const keyOf = (local: Local, afterMs: number, input: Input) => `${local.id} ${afterMs} ${JSON.stringify(input)}`
