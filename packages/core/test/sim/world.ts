import { type Fault, MemoryMesh, type MemoryRouterOptions, memoryNotifier, memoryStore } from '@birdwatch/testing'
import {
  type Availability,
  BirdWatchError,
  type Command,
  definePolicy,
  type PassInput,
  type PolicySpec,
  type ReadinessReport,
  type RolloutState,
  SimulatedClock,
} from '../../src/index.js'

/** What the metric says while the canary has traffic. */
export type Health = 'healthy' | 'unhealthy' | 'no data' | 'outage' | 'several series' | 'silent'

/** What the router can do: whether it knows more than a weight, and into how many units it splits the traffic. */
export type Abilities = Pick<MemoryRouterOptions, 'simple' | 'units'>

/** One query as it was asked, and what the world was like at that moment. */
export interface Probe {
  readonly process: string
  readonly at: number
  readonly weight: number
  /** Since when the mesh had this weight, and who gave it. */
  readonly weightSince: number
  readonly weightBy: string | undefined
  readonly health: Health
  /** Whether it is about the canary, or about what it is compared with. */
  readonly ofCanary: boolean
  answeredAt?: number
  /** An increment rests on it. */
  spent?: boolean
}

/** Something that happened: a call of a process (and the code of its error), a change of the mesh, a step of a story. */
export interface Event {
  readonly at: number
  readonly who: string
  readonly what: string
  readonly error?: string
}

export const ref = { service: 'aleph' }
/** The name by which the mesh knows our writes. */
export const us = 'birdwatch'
const start = 1_000_000
const answers = {
  healthy: 10,
  unhealthy: 20,
  'no data': null,
  outage: new BirdWatchError('METRIC_UNREACHABLE', 'the provider is down'),
  'several series': new BirdWatchError('METRIC_SEVERAL_SERIES', 'aggregate them'),
} as const

/** A step of 10 % every 5 s; `spec` replaces members. */
export const policyOf = (spec: Partial<PolicySpec> = {}): PolicySpec => ({
  metric: 'errors',
  deviation: 5,
  increment: 10,
  interval: 5,
  ifUnhealthy: 'rollback',
  noData: 'hold',
  ...spec,
})

/** Everything outside the engine, under one clock that stands still between the steps of a test. */
export class World {
  readonly clock = new SimulatedClock(start)
  readonly mesh: MemoryMesh
  readonly store = memoryStore({ clock: this.clock, plan: operation => this.takeFault(operation) })
  readonly notifier = memoryNotifier({ clock: this.clock, plan: operation => this.takeFault(operation) })
  readonly events: Event[] = []
  readonly probes: Probe[] = []
  readonly pods = new Map<string, Availability>(['v1', 'v2', 'v3'].map(v => [v, { available: 2, desired: 2 }]))

  version = 'v2'
  revision = 'build-1'
  deleting = false
  /** The resource is deleted, and nothing is in progress any more. */
  gone = false
  health: Health = 'healthy'
  /** How long a query takes, milliseconds. */
  queryMs = 0
  /** How long a change of the mesh takes to reach the caches, milliseconds. */
  watchMs = 0
  /** Edits of the routed object that have nothing to do with the routes. */
  unrelated = 0
  weightSince = start
  /** Who gave the canary its weight. */
  weightBy: string | undefined
  /** Since when production selects a version without an available pod. */
  productionEmptySince: number | undefined
  command: Command | undefined
  /** What befalls every save, for as long as it is set. */
  outage: Fault | undefined
  #spec = policyOf()
  #policy = accepted(this.#spec)
  #commands = 0
  #noted = 0
  #weight = 0
  #faults: { readonly on: string; readonly fault: Fault }[] = []

  constructor(readonly abilities: Abilities = {}) {
    this.mesh = new MemoryMesh({ production: 'v1', canary: 'v1', ...abilities })
    this.mesh.listen(() => this.#noteRoutes())
  }

  get now(): number {
    return this.clock.now()
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.now - start
  }

  get state(): RolloutState | undefined {
    return this.store.state
  }

  /** The canary's true share, in units of the mesh; 0 when there are no routes. */
  get weight(): number {
    const routes = this.mesh.read(ref)
    return 'state' in routes ? 0 : routes.units
  }

  /** The version that production's destination selects. */
  get production(): string | undefined {
    const routes = this.mesh.read(ref)
    return 'state' in routes ? undefined : routes.production
  }

  get spec(): PolicySpec {
    return this.#spec
  }

  set spec(spec) {
    this.#spec = spec
    this.#policy = accepted(spec)
  }

  /** What people wish at this moment. */
  get wishes(): PassInput {
    const target = { name: 'shop/aleph', service: 'aleph', canaryVersion: this.version, ref }
    const { deleting, command } = this
    return { policy: this.#policy, target, deleting, ...(command && { command }) }
  }

  request(name: string): void {
    this.command = { name, id: `request-${++this.#commands}`, by: 'kubectl' }
  }

  /** Moves time on; everything that is due runs, and everything that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    await drained()
    for (let next = this.clock.next(); next !== undefined && next <= end; next = this.clock.next()) {
      await this.clock.advance(next - this.now)
      await drained()
    }
    await this.clock.advance(end - this.now)
    await drained()
  }

  log(who: string, what: string, error?: string): void {
    this.events.push({ at: this.elapsed, who, what, ...(error && { error }) })
  }

  /** When this happened, in milliseconds since the beginning. */
  times(what: string): number[] {
    return this.events.filter(event => event.what.startsWith(what)).map(event => event.at)
  }

  setPods(version: string, pods: Availability): void {
    this.pods.set(version, pods)
    this.#noteProduction()
  }

  /** Lets the next `times` calls of an operation go wrong. */
  fault(on: string, fault: Fault, times = 1): void {
    for (let i = 0; i < times; i++) this.#faults.push({ on, fault })
  }

  mend(): void {
    this.#faults = []
    this.outage = undefined
  }

  takeFault(operation: string): Fault | undefined {
    const index = this.#faults.findIndex(({ on }) => on === operation)
    if (index < 0) return operation === 'save' ? this.outage : undefined
    return this.#faults.splice(index, 1)[0]?.fault
  }

  readiness(query: { canaryVersion: string; productionVersion?: string | undefined }): ReadinessReport {
    const canary = this.pods.get(query.canaryVersion)
    // Who is not told which version is production must know by himself.
    const production = this.pods.get(query.productionVersion ?? this.production ?? '')
    return { revision: this.revision, ...(canary && { canary }), ...(production && { production }) }
  }

  /** Answers one query by the health of the moment at which it was asked. */
  async query(process: string, expression: string, signal: AbortSignal): Promise<{ value: number | null }> {
    const { weight, weightSince, weightBy, queryMs } = this
    const ofCanary = !expression.startsWith('production')
    // Only what gets traffic can fail.
    const fine = this.health === 'unhealthy' && (weight === 0 || !ofCanary)
    const health = fine ? 'healthy' : this.health
    const probe: Probe = { process, at: this.now, weight, weightSince, weightBy, health, ofCanary }
    this.probes.push(probe)
    if (queryMs > 0 || health === 'silent')
      await this.clock.sleep(health === 'silent' ? Number.POSITIVE_INFINITY : queryMs, signal)
    probe.answeredAt = this.now
    this.log(process, `reads ${health}, asked at ${(probe.at - start) / 1000} s and ${weight} %`)
    const answer = answers[probe.health as keyof typeof answers]
    if (answer instanceof Error) throw answer
    return { value: answer }
  }

  #noteRoutes(): void {
    const { records } = this.mesh
    const { before, after } = records[this.#noted] ?? {}
    this.#noted = records.length
    this.#noteProduction()
    if (this.weight !== this.#weight) {
      this.weightSince = this.now
      this.weightBy = after?.writer ?? 'somebody'
    }
    this.#weight = this.weight
    if (before === undefined || after === undefined) return
    const [from, to] = [before, after].map(({ production, canary, units }) => `${production}/${canary} ${units} %`)
    this.log('mesh', `${from} -> ${to} by ${after.writer}`)
  }

  #noteProduction(): void {
    const empty = this.production !== undefined && (this.pods.get(this.production)?.available ?? 0) === 0
    this.productionEmptySince = empty ? (this.productionEmptySince ?? this.now) : undefined
  }
}

/** The policy as a host hands it in: validated, or why it can not be used. */
function accepted(spec: PolicySpec): PassInput['policy'] {
  try {
    return definePolicy(spec)
  } catch (error) {
    const { field, message } = error as BirdWatchError
    return { refused: { code: 'invalid', detail: message, ...(field && { field }) } }
  }
}

/** Everything that is ready to run has run: the world has no timers but its clock's. */
const drained = () => new Promise<void>(resolve => setImmediate(resolve))
