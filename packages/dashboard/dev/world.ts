import {
  BirdWatchError,
  type CommandName,
  createRollout,
  type PolicySpec,
  type Readiness,
  type Rollout,
  SimulatedClock,
} from '@birdwatch/core'
import { type MemoryRouter, type MemoryStore, memoryRouter, memoryStore, scriptedMetrics } from '@birdwatch/testing'
import { RolloutFeed } from '../src/index.js'

/** What a metric of a scenario depends on. */
export interface Circumstances {
  /** Milliseconds since the rollout of this version began. */
  readonly age: number
  readonly weight: number
  readonly version: string
  /** Turned by the playground. */
  readonly failing: boolean
  readonly slow: boolean
}

export interface Scenario {
  readonly namespace: string
  readonly name: string
  readonly production: string
  readonly canary: string
  readonly policy: PolicySpec
  /** The value of each query; null is no data. Throws as a provider would. */
  readonly answer: (expression: string, circumstances: Circumstances) => number | null
  readonly readiness?: Readiness
  /** Prepares the routes before it begins. */
  readonly setup?: (router: MemoryRouter) => void
  /** What happens to it, by seconds since the sample's beginning. */
  readonly events?: Readonly<Record<number, (play: Play) => void>>
  /** Once it has ended, the next version follows after so many seconds. */
  readonly again?: number
}

/** One rollout of the sample, to play with. */
export interface Play {
  readonly scenario: Scenario
  readonly router: MemoryRouter
  command(name: CommandName): Promise<void>
}

interface Carried extends Play {
  rollout: Rollout
  version: string
  begun: number
  readonly store: MemoryStore
  stop: AbortController
}

/** How often time moves on once it goes by itself, and in which steps the past goes by before. */
const stepMs = 250
const pastStepMs = 1000

/** Rollouts carried by the engine in memory, on a clock that first catches up with the present and then goes with it. */
export class World {
  readonly feed = new RolloutFeed()
  readonly clock: SimulatedClock
  readonly #start: number
  readonly #carried = new Map<string, Carried>()
  readonly #due: { readonly at: number; readonly act: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  failing = false
  slow = false

  /** @param start epoch milliseconds */
  constructor(start: number) {
    this.#start = start
    this.clock = new SimulatedClock(start)
  }

  add(scenario: Scenario): void {
    const router = memoryRouter({ production: scenario.production, canary: scenario.production })
    scenario.setup?.(router)
    const store = memoryStore()
    const key = `${scenario.namespace}/${scenario.name}`
    const command = (name: CommandName) => this.command(key, name)
    const begun = { scenario, router, store, command, version: scenario.canary, begun: this.clock.now() }
    const carried = Object.assign(begun, this.#begin(scenario, scenario.canary, router, store))
    this.#carried.set(key, carried)
    for (const [seconds, act] of Object.entries(scenario.events ?? {}))
      this.#due.push({ at: this.#start + Number(seconds) * 1000, act: () => act(carried) })
  }

  find(key: string): { readonly version: string; readonly rollout: Rollout } | undefined {
    return this.#carried.get(key)
  }

  /** Rolls out the next version. */
  next(key: string): void {
    const carried = this.#carried.get(key)
    if (carried === undefined) return
    carried.stop.abort()
    const number = Number(carried.version.replace(/\D/g, '')) + 1
    carried.version = `v${String(number).padStart(2, '0')}`
    carried.begun = this.clock.now()
    Object.assign(carried, this.#begin(carried.scenario, carried.version, carried.router, carried.store))
  }

  async command(key: string, name: CommandName): Promise<void> {
    const rollout = this.#carried.get(key)?.rollout
    // How it is answered shows in the state; here, as in a cluster, it is only handed over.
    void rollout?.command(name, 'dashboard').catch(() => {})
  }

  /** Moves time on, in steps small enough to see what happens between. */
  async advance(ms: number): Promise<void> {
    const end = this.clock.now() + ms
    while (this.clock.now() < end) {
      await this.clock.advance(Math.min(pastStepMs, end - this.clock.now()))
      this.#happen()
      this.#show()
    }
  }

  /** From now on time goes by itself. */
  start(): void {
    this.#timer = setInterval(() => void this.advance(Date.now() - this.clock.now()), stepMs)
  }

  stop(): void {
    clearInterval(this.#timer)
    for (const { stop } of this.#carried.values()) stop.abort()
  }

  #happen(): void {
    const now = this.clock.now()
    for (const [key, { rollout, scenario }] of this.#carried) {
      const { endedAt } = rollout.state ?? {}
      if (scenario.again !== undefined && endedAt !== undefined && now >= endedAt + scenario.again * 1000)
        this.next(key)
    }
    const due = this.#due.filter(({ at }) => at <= now)
    for (const event of due) {
      this.#due.splice(this.#due.indexOf(event), 1)
      event.act()
    }
  }

  #show(): void {
    for (const { scenario, rollout, version } of this.#carried.values())
      if (rollout.state !== undefined) this.feed.put(resourceOf(scenario, version), rollout.state)
  }

  #begin(scenario: Scenario, version: string, router: MemoryRouter, store: MemoryStore) {
    const { namespace, name, policy, readiness, answer } = scenario
    const stop = new AbortController()
    const begun = this.clock.now()
    const metrics = scriptedMetrics(({ expression, at }) => {
      const weight = rollout.state?.weight ?? 0
      const { failing, slow } = this
      return answer(expression, { age: at - begun, weight, version, failing, slow })
    })
    const rollout = createRollout(policy, {
      metrics,
      router,
      store,
      canaryVersion: version,
      name: `${namespace}/${name}`,
      service: name,
      clock: this.clock,
      ...(readiness === undefined ? {} : { readiness }),
    })
    void rollout.run({ signal: stop.signal })
    return { rollout, stop }
  }
}

const resources = new Map<string, ReturnType<typeof makeResource>>()

/** The same object as long as nothing changes, as a cache of a cluster would hand it out. */
function resourceOf(scenario: Scenario, version: string) {
  const key = `${scenario.namespace}/${scenario.name}/${version}`
  const resource = resources.get(key) ?? makeResource(scenario, version)
  resources.set(key, resource)
  return resource
}

function makeResource({ namespace, name, policy }: Scenario, version: string) {
  const { ifUnhealthy, metrics, trafficLimit, ...rest } = policy
  const spec = {
    service: name,
    canary_version: version,
    if_unhealthy: ifUnhealthy,
    increment: rest.increment,
    interval: rest.interval,
    ...(trafficLimit === undefined ? {} : { traffic_limit: trafficLimit }),
    ...(rest.failures === undefined ? {} : { failures: rest.failures }),
    ...(rest.paused === undefined ? {} : { paused: rest.paused }),
    ...(rest.mode === undefined ? {} : { mode: rest.mode }),
    metrics: (metrics ?? []).map(({ name, metric, deviation, direction }) => ({
      name,
      metric,
      deviation,
      ...(direction === undefined ? {} : { direction }),
    })),
  }
  const manifest = { apiVersion: 'otomato.link/v1alpha1', kind: 'BirdWatch', metadata: { name, namespace }, spec }
  return { namespace, name, manifest }
}

/** What a provider says that can not be reached. */
export const unreachable = (): never => {
  throw new BirdWatchError('METRIC_UNREACHABLE', 'connect ECONNREFUSED 10.4.12.9:9090')
}
