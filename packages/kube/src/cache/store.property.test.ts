import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { KubeObject, WatchEvent } from '../client/types.js'
import { type ListedEntry, Store } from './store.js'

/**
 * A server's history of two names, and a store that is fed from it as in life: a watch that lags, lists that begin
 * somewhere and arrive later, and answers to own writes that arrive whenever they like.
 */
class World {
  readonly store = new Store({ project: ({ metadata }: KubeObject) => Number(metadata?.resourceVersion) })
  readonly #log: WatchEvent[] = []
  readonly #answered = new Set<number>()
  readonly #seen = new Map<string, number>()
  #watched = 0
  #list: { begun: number; served?: { entries: ListedEntry<number>[]; version: number } } | undefined
  wentBack = false

  constructor() {
    this.store.onChange((key, next = 0) => {
      if (next && next <= (this.#seen.get(key) ?? 0)) this.wentBack = true
      this.#seen.set(key, Math.max(next, this.#seen.get(key) ?? 0))
    })
  }

  /** What the server holds. */
  get truth(): KubeObject[] {
    const last = new Map(this.#log.map(event => [event.object.metadata?.name, event]))
    return [...last.values()].filter(({ type }) => type !== 'DELETED').map(({ object }) => object)
  }

  write(name: string): void {
    const before = this.truth.find(({ metadata }) => metadata?.name === name)
    const resourceVersion = String(this.#log.length + 1)
    const uid = before?.metadata?.uid ?? `${name}${resourceVersion}`
    this.#log.push({ type: before ? 'MODIFIED' : 'ADDED', object: { metadata: { name, uid, resourceVersion } } })
  }

  delete(name: string): void {
    const before = this.truth.find(({ metadata }) => metadata?.name === name)
    if (!before) return
    const metadata = { ...before.metadata, resourceVersion: String(this.#log.length + 1) }
    this.#log.push({ type: 'DELETED', object: { metadata } })
  }

  /** The watch brings its next event; while a list is under way there is no watch. */
  watch(): void {
    const next = this.#list ? undefined : this.#log[this.#watched]
    if (!next) return
    this.#watched += 1
    this.store.apply(next)
  }

  /** The answer to write number `index` arrives, once. */
  answer(index: number): void {
    const event = this.#log[index]
    if (!event || event.type === 'DELETED' || this.#answered.has(index)) return
    this.#answered.add(index)
    this.store.replace(event.object)
  }

  /** A list moves on: it is sent, then served, then it arrives. */
  list(): void {
    if (!this.#list) this.#list = { begun: this.store.beginList() }
    else if (!this.#list.served)
      this.#list.served = { entries: this.truth.map(object => this.store.prepare(object)), version: this.#log.length }
    else {
      const { begun, served } = this.#list
      this.store.commitList(served.entries, String(served.version), begun)
      this.#watched = served.version
      this.#list = undefined
    }
  }

  /** Everything that is under way arrives. */
  finish(): void {
    for (const _ of this.#log) this.watch()
    while (this.#list) this.list()
    for (const index of this.#log.keys()) this.answer(index)
    for (const _ of this.#log) this.watch()
  }
}

const name = fc.constantFrom('finch', 'robin')
const step = fc.oneof(
  name.map(value => (world: World) => world.write(value)),
  name.map(value => (world: World) => world.delete(value)),
  fc.constant((world: World) => world.watch()),
  fc.constant((world: World) => world.list()),
  fc.nat(20).map(index => (world: World) => world.answer(index)),
)

test('whatever the order of lists, events and answers, the store never goes back and ends as the server is', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const world = new World()

      for (const take of steps) take(world)
      world.finish()

      expect(world.wentBack).toBe(false)
      expect(world.store.list().sort()).toEqual(
        world.truth.map(({ metadata }) => Number(metadata?.resourceVersion)).sort(),
      )
    }),
    { numRuns: 2_000 },
  )
})
