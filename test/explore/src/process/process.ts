import type { RolloutState, TrafficRouter } from '@birdwatch/core'
import type { PatchOperation } from '../../../support/json-patch.js'
import { type Place, places, type Stored, trimmed, us } from '../api/objects.js'
import type { Answer, Request } from '../api/server.js'
import type { Product } from '../glass.js'
import { intern } from '../intern.js'
import { absoluteAt, epoch, relativeTo } from '../times.js'
import { type Ask, Cache } from './cache.js'
import { brokenByCall } from './laws.js'
import { type GlassCommands, type GlassReconciler, type Memory, memoryOf, remember, restful } from './memory.js'
import { observeOnce } from './observe.js'
import { objectAt, onceEach } from './shared.js'
import { Time } from './time.js'

/** Something that reaches a process. */
export type Input =
  | { readonly do: 'start'; readonly caches: Readonly<Record<Place, number>> }
  | { readonly do: 'see'; readonly on: Place; readonly object: number }
  | { readonly do: 'answer'; readonly slot: number; readonly answer: Answer }
  | { readonly do: 'reading'; readonly slot: number; readonly value: number | undefined }
  | { readonly do: 'wake' }
  | { readonly do: 'follow' }

/** A request that a process waits for; `dies` when it can no longer take effect, milliseconds from the last input. */
export interface Pending {
  readonly slot: number
  /** The interned text of a `Request`, or 0 for a query of the metric. */
  readonly request: number
  readonly dies: number
  /** The query is about a canary without traffic. */
  readonly idle: boolean
}

type Held = [memory: Memory, caches: number[], leads: boolean, timers: number[], pending: Pending[]]

interface Waiting extends Omit<Pending, 'dies'> {
  readonly until: number
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

const key = 'shop/aleph'
const lifetimeMs = 10_000
const mostPasses = 40
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const pods = { available: 2, desired: 2 }
const slim = (operation: PatchOperation): PatchOperation =>
  operation.path === '/status'
    ? { ...operation, value: trimmed(operation.value as Stored['status'] & object) }
    : operation
const projecting = onceEach((product: Product) =>
  onceEach((object: Stored) => product.projectBirdWatch(object as never) as object),
)
const turn = () => new Promise<void>(resolve => setImmediate(resolve))

/** One process: the real reconcile loop, engine, state store and Istio router; every request of it waits for the search. */
export class Process {
  readonly violations: string[] = []
  readonly time = new Time(epoch)
  /** Requests that the process gave up before their time: they may be under way still. */
  abandoned: Waiting[] = []
  #waiting: Waiting[] = []
  readonly #caches: { readonly bw: Cache<unknown>; readonly vs: Cache<Stored>; readonly dr: Cache<Stored> }
  readonly #reconciler: InstanceType<Product['Reconciler']>
  readonly #commands: InstanceType<Product['Commands']>
  readonly #calls = new WeakMap<AbortSignal, string>()
  /** When a call under this signal is given up: its deadline is set just before it is made. */
  readonly #deadlines = new WeakMap<AbortSignal, number>()
  #leads = true
  #wakeAt = Number.POSITIVE_INFINITY

  constructor(private readonly product: Product) {
    const ask = this.#ask.bind(this)
    const changed = () => this.#enqueue(0)
    const same = (object: Stored) => object
    const birdWatches = new Cache('bw', projecting(product), ask, changed)
    const [vs, dr] = [new Cache('vs', same, ask, changed), new Cache('dr', same, ask, changed)]
    this.#caches = { bw: birdWatches, vs, dr }
    this.#commands = new product.Commands(birdWatches as never)
    const objects = product.istioObjects({ virtualServices: vs, destinationRules: dr } as never)
    const provider = { contract: 1, query: (_: string, { signal }: { signal: AbortSignal }) => this.#query(signal) }
    this.#reconciler = new product.Reconciler({
      birdWatches,
      router: this.#named(product.createIstioRouter({ objects, fieldManager: us })),
      readiness: { read: () => ({ canary: pods, production: pods, revision: 'build' }) },
      providers: { for: () => ({ provider }), refusal: () => undefined, longestTimeoutMs: lifetimeMs },
      notifiers: { for: () => undefined },
      commands: this.#commands,
      events: { tell() {} },
      notes: () => [],
      clock: this.time,
      logger: silent,
      leads: () => this.#leads,
      enqueue: (_: string, afterMs = 0) => this.#enqueue(afterMs),
    } as never)
  }

  /** Takes an input `afterMs` after the last one; everything that follows from it has happened when it resolves. */
  async take(afterMs: number, input: Input): Promise<void> {
    this.abandoned = []
    this.violations.length = 0
    this.time.pass(afterMs)
    this.#receive(input)
    for (let passes = 0; ; passes++) {
      await turn()
      if (this.#wakeAt > this.time.now()) return
      if (passes === mostPasses) return void this.violations.push('a process comes to rest')
      this.#wakeAt = Number.POSITIVE_INFINITY
      this.#reconciler.reconcile(key).catch(error => this.violations.push(`a pass does not throw: ${String(error)}`))
    }
  }

  #receive(input: Input): void {
    const now = this.time.now()
    const object = (id: number) => objectAt(now, id)
    switch (input.do) {
      case 'start':
        for (const place of places) this.#caches[place].replace(object(input.caches[place]))
        this.#reconciler.lead()
        break
      case 'see':
        this.#caches[input.on].replace(object(input.object))
        break
      case 'follow':
        this.#leads = false
        this.#reconciler.follow()
        break
      case 'reading':
      case 'answer': {
        const found = this.#waiting.find(({ slot }) => slot === input.slot)
        if (found === undefined) throw new Error(`nothing waits in slot ${input.slot}`)
        this.#waiting = this.#waiting.filter(other => other !== found)
        if (input.do === 'reading') {
          if (input.value === undefined) found.reject(new Error('the provider is down'))
          else found.resolve({ value: input.value } as never)
        } else if ('object' in input.answer) found.resolve(object(input.answer.object) as never)
        else found.reject(this.#error(input.answer.code, input.answer.status))
      }
    }
  }

  /** What the process remembers and waits for, relative to its present; undefined while that does not tell all. */
  get memory(): string | undefined {
    const now = this.time.now()
    const [reconciler, commands] = this.#glass
    if (!restful(reconciler) || this.#waiting.some(({ request }) => request !== 0)) return undefined
    const caches = places.map(place => {
      const { raw } = this.#caches[place]
      return raw === undefined ? 0 : intern(relativeTo(now, JSON.stringify(raw)))
    })
    const known: Held = [memoryOf(reconciler, commands, now), caches, this.#leads, this.timers, this.pending]
    return relativeTo(now, JSON.stringify(known))
  }

  /** A process that remembers this, and waits for no answer. */
  static with(product: Product, held: string): Process {
    const process = new Process(product)
    const [memory, caches, leads, [timer]] = JSON.parse(absoluteAt(epoch, held)) as Held
    places.forEach((place, i) => {
      process.#caches[place].replace(objectAt(epoch, caches[i] ?? 0))
    })
    const [reconciler, commands] = process.#glass
    remember(reconciler, commands, memory, process.#caches.bw.get() as object)
    process.#leads = leads
    process.#wakeAt = timer === undefined ? Number.POSITIVE_INFINITY : epoch + timer
    return process
  }

  get #glass(): [GlassReconciler, GlassCommands] {
    return [this.#reconciler as unknown as GlassReconciler, this.#commands as unknown as GlassCommands]
  }

  get pending(): Pending[] {
    const now = this.time.now()
    return this.#waiting.map(({ slot, request, idle, until }) => ({ slot, request, idle, dies: until - now }))
  }

  /** When it does something by itself, milliseconds from now, the next first. */
  get timers(): number[] {
    const now = this.time.now()
    return [this.#wakeAt, ...this.time.sleepers]
      .map(at => at - now)
      .filter(ms => ms < 3_600_000)
      .sort((a, b) => a - b)
  }

  /** The version of each object that it knows; 0 for none. */
  get versions(): Record<Place, number> {
    const version = (place: Place) => Number(this.#caches[place].raw?.metadata.resourceVersion ?? 0)
    return { bw: version('bw'), vs: version('vs'), dr: version('dr') }
  }

  get state(): RolloutState | undefined {
    const [rollout] = this.#glass[0]._rollouts.values()
    return rollout?.runner.state
  }

  #enqueue(afterMs: number): void {
    this.#wakeAt = Math.min(this.#wakeAt, this.time.now() + afterMs)
  }

  /** What a patch is about can be told from the signal that it carries. */
  #named(router: TrafficRouter): TrafficRouter {
    const call = (signal: AbortSignal, what: string) => {
      this.#calls.set(signal, what)
      this.#deadlines.set(signal, this.time.latest)
      const saved = this.#caches.bw.raw?.status?.engine
      this.violations.push(...brokenByCall({ what, state: this.state, saved }))
    }
    const { vs, dr } = this.#caches
    return {
      ...router,
      observe: observeOnce(this.product, router, () => [vs.raw, dr.raw]),
      prepare: (target, change) => {
        call(change.signal, `prepare ${change.version}`)
        return router.prepare(target, change)
      },
      shift: (target, weight, change) => {
        call(change.signal, `shift ${weight}`)
        return router.shift(target, weight, change)
      },
      rollback: (target, change) => {
        call(change.signal, 'rollback')
        return router.rollback(target, change)
      },
      promote: (target, change) => {
        call(change.signal, `promote ${change.version}`)
        return router.promote(target, change)
      },
    }
  }

  #ask({ verb, on, status = false, operations = [], signal }: Ask): Promise<Stored> {
    const what = (signal && this.#calls.get(signal)) ?? (status ? 'save' : 'resource')
    const request: Request =
      verb === 'get' ? { verb, on } : { verb, on, status, operations: operations.map(slim), what }
    return this.#wait(intern(relativeTo(this.time.now(), JSON.stringify(request))), signal)
  }

  #query(signal: AbortSignal): Promise<{ value: number }> {
    this.#deadlines.set(signal, this.time.latest)
    return this.#wait(0, signal)
  }

  #wait<T>(request: number, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const used = this.#waiting.map(({ slot }) => slot)
      const slot = [...used.keys(), used.length].find(n => !used.includes(n)) ?? 0
      const until = (signal && this.#deadlines.get(signal)) ?? this.time.now() + lifetimeMs
      const idle = (this.state?.weight ?? 0) === 0
      const waiting = { slot, request, until, idle, resolve: resolve as never, reject }
      this.#waiting.push(waiting)
      signal?.addEventListener('abort', () => this.#giveUp(waiting), { once: true })
    })
  }

  #giveUp(waiting: Waiting): void {
    if (!this.#waiting.includes(waiting)) return
    this.#waiting = this.#waiting.filter(other => other !== waiting)
    this.abandoned.push(waiting)
    waiting.reject(this.#error('KUBE_ABORTED', undefined))
  }

  #error(code: string, status: number | undefined): Error {
    return new this.product.KubeError(code as 'KUBE_SERVER', 'the search says so', { status })
  }
}
