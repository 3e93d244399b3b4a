import { type Cut, glass, type Product } from './glass.js'
import { Locals } from './process/locals.js'
import { type Choice, Choices, type Scope } from './world/choices.js'
import { type Fate, fates } from './world/fair.js'
import { Happenings, type Next } from './world/happen.js'
import { beginning, decode, encode, type World } from './world/world.js'

export interface SearchOptions {
  /** How many faults one story may have: refused, lost or late requests, slow watches, crashes, take-overs, stops. */
  readonly faults: number
  /** How often people may step in. */
  readonly hands: number
  /** Which faults and deeds there are; all of them, unless told. */
  readonly scope?: Scope
  /** The search ends after so many states. */
  readonly most?: number
  /** And at this time, epoch milliseconds. */
  readonly until?: number
  /** Rules that are taken out of the product. */
  readonly cuts?: readonly Cut[]
  /** A new leader begins with what it happens to have heard, instead of reading everything first. */
  readonly staleStandby?: boolean
  /** Only these laws count. */
  readonly only?: readonly string[]
  /** Told from time to time how far it is. */
  readonly progress?: (found: Found) => void
}

export interface Found {
  readonly states: number
  /** How many ways from one state to another were taken. */
  readonly steps: number
  /** The most steps to any state. */
  readonly depth: number
  /** Different states of a single process, and how often one was run. */
  readonly processes: number
  readonly runs: number
  /** True when there is no state that was not looked at. */
  readonly complete: boolean
  /** The first law that is broken on a shortest way, and the way. */
  readonly broken?: { readonly law: string; readonly way: readonly Choice[] }
}

const longestEnd = 400

/** Looks at every state of the world, the nearest first, and stops at the first that breaks a law. */
export async function search(options: SearchOptions): Promise<Found> {
  // Millions of errors are made and none is shown.
  Error.stackTraceLimit = 0
  return new Search(options, await glass(options.cuts)).run()
}

class Search {
  readonly locals: Locals
  readonly choices: Choices
  readonly happenings: Happenings
  readonly #texts: string[] = []
  readonly #known = new Map<string, number>()
  readonly #parents: number[] = []
  readonly #ways: string[] = []
  /** What is known to come true, by the state. */
  readonly #good = new Map(fates.map(fate => [fate, new Set<string>()]))
  #steps = 0

  constructor(
    private readonly options: SearchOptions,
    product: Product,
  ) {
    this.locals = new Locals(product)
    this.choices = new Choices(this.locals, options.scope)
    this.happenings = new Happenings(this.locals, this.choices, options.staleStandby)
  }

  async run(): Promise<Found> {
    const { most = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY, progress } = this.options
    const { faults, hands, staleStandby } = this.options
    this.#add(beginning(faults, hands, staleStandby), -1, '')
    let depth = 0
    let layerEnd = 1
    for (let at = 0; at < this.#texts.length; at++) {
      if (at === layerEnd) {
        depth++
        layerEnd = this.#texts.length
      }
      if (at % 20_000 === 0) progress?.(this.#found(depth, false))
      if (this.#texts.length > most || Date.now() >= until) return this.#found(depth, false)
      const text = this.#texts[at] as string
      const broken = await this.#expand(at, decode(text))
      // What has been looked at is needed only to be recognised.
      this.#texts[at] = ''
      if (broken !== undefined) return { ...this.#found(depth, false), broken }
    }
    return this.#found(depth, true)
  }

  async #expand(at: number, world: World): Promise<Found['broken']> {
    for (const fate of fates) {
      const stuck = await this.#fate(fate, world)
      if (stuck !== undefined) return { law: stuck.law, way: [...this.#wayTo(at), ...stuck.way] }
    }
    for (const choice of this.choices.of(world)) {
      let next: Next | Promise<Next> = this.happenings.next(world, choice)
      if (next instanceof Promise) next = await next
      this.#steps++
      const law = this.#counted(next.violations)
      if (law !== undefined) return { law, way: [...this.#wayTo(at), choice] }
      this.#add(next.world, at, JSON.stringify(choice))
    }
    return undefined
  }

  /** With no more faults and nobody stepping in, it must come true from here; what stands in the way, if not. */
  async #fate(fate: Fate, from: World): Promise<Found['broken']> {
    if (!fate.concerns(from)) return undefined
    const good = this.#good.get(fate) as Set<string>
    const passed: string[] = []
    const way: Choice[] = []
    let world = from
    for (let steps = 0; steps < longestEnd; steps++) {
      world = { ...world, faults: 0, hands: 0 }
      const text = encode(world)
      if (good.has(text) || fate.reached(world, this.choices)) {
        for (const each of passed) good.add(each)
        return undefined
      }
      passed.push(text)
      const choice = fate.next(world, this.choices)
      if (choice === undefined) break
      way.push(choice)
      const { world: next, violations } = await this.happenings.next(world, choice)
      const law = this.#counted(violations)
      if (law !== undefined) return { law, way }
      world = next
    }
    const law = this.#counted([fate.law])
    return law === undefined ? undefined : { law, way }
  }

  #counted(violations: readonly string[]): string | undefined {
    const { only } = this.options
    return only === undefined ? violations[0] : violations.find(law => only.includes(law))
  }

  #add(world: World, parent: number, way: string): void {
    const text = encode(world)
    if (this.#known.has(text)) return
    this.#known.set(text, this.#texts.length)
    this.#texts.push(text)
    this.#parents.push(parent)
    this.#ways.push(way)
  }

  #wayTo(at: number): Choice[] {
    const way: Choice[] = []
    for (let i = at; (this.#parents[i] as number) >= 0; i = this.#parents[i] as number)
      way.unshift(JSON.parse(this.#ways[i] as string) as Choice)
    return way
  }

  #found(depth: number, complete: boolean): Found {
    const { runs, count } = this.locals
    return { states: this.#texts.length, steps: this.#steps, depth, processes: count, runs: runs.steps, complete }
  }
}
