import { type MemoryRouter, memoryRouter } from '@birdwatch/testing'
import {
  BirdWatchError,
  codeOf,
  inProgress,
  type RolloutState,
  Runner,
  type RunnerPorts,
  type TrafficRouter,
} from '../../src/index.js'
import type { Judge } from './laws/judge.js'
import { ref, us, type World } from './world.js'

/** Where to kill a process: at its n-th input or output from here, before or after that took effect. */
export interface Cut {
  after: number
  readonly effect: boolean
}

const never = () => new Promise<never>(() => {})
const mostPassesAtOnce = 200

/** One process that carries the rollout: a host as simple as can be around the runner. */
export class Process {
  alive = true
  /** Somebody else leads: it goes on only until it notices. */
  deposed = false
  cut: Cut | undefined
  readonly startedAt: number
  /** The version of production that it saw last; and whether that was when it looked last, or it could see nothing then. */
  sight: { readonly production?: string; readonly blind: boolean } = { blind: false }
  /** What this process knows to be stored. */
  saved: RolloutState | undefined
  runner: Runner
  readonly #router: MemoryRouter
  readonly #unlisten: () => void
  #heldUntil = 0
  #nudge = new AbortController()
  #passes = { at: -1, count: 0 }

  constructor(
    readonly name: string,
    readonly world: World,
    private readonly judge: Judge,
  ) {
    const { mesh, clock, abilities } = world
    this.startedAt = world.now
    const plan = world.takeFault.bind(world)
    this.#router = memoryRouter({ ...abilities, mesh, clock, name: us, cached: true, plan })
    this.#unlisten = mesh.listen(() => void this.#watch())
    this.runner = this.#begin()
    void this.#live()
  }

  /** Pass again now. */
  wake(): void {
    this.#nudge.abort()
  }

  /** Freezes the process: until then it neither sends nor hears anything. */
  stall(ms: number): void {
    this.#heldUntil = this.world.now + ms
  }

  get stalled(): boolean {
    return this.#heldUntil > this.world.now
  }

  die(why: string): void {
    if (!this.alive) return
    this.alive = false
    this.world.log(this.name, `dies: ${why}`)
    this.#unlisten()
    this.runner.stop()
    this.wake()
  }

  #begin(): Runner {
    this.saved = this.world.state
    this.world.log(this.name, `begins with ${this.saved?.phase ?? 'nothing'}`)
    const state = this.saved && { state: this.saved }
    return new Runner({ key: 'aleph', ...state, wake: () => this.wake(), ports: this.#ports() })
  }

  #ports(): RunnerPorts {
    const { world, name, judge } = this
    return {
      metrics: () => ({
        contract: 1,
        query: (expression, { signal }) => this.#io('query', () => world.query(name, expression, signal)),
      }),
      router: this.#facade(),
      notifier: {
        contract: 1,
        notify: (notice, options) =>
          this.#io(`notify ${notice.seq} ${notice.reason.code}`, () => world.notifier.notify(notice, options)),
      },
      store: {
        save: (state, expected) => {
          const { rev, phase, weight, step, reason } = state
          judge.attempted(this, state)
          const what = `save ${rev}: ${phase} ${weight} % step ${step} (${reason.code})`
          return this.#io(what, () => world.store.save(state, expected))
        },
      },
      readiness: { read: (_, query) => this.#io('readiness', async () => world.readiness(query)) },
      acknowledge: id =>
        this.#io('acknowledge', async () => {
          if (world.command?.id === id) world.command = undefined
        }),
      clock: world.clock,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    }
  }

  async #live(): Promise<void> {
    const { world } = this
    while (this.alive) {
      this.#nudge = new AbortController()
      this.#count()
      let wakeAt: number | undefined
      try {
        const result = await this.runner.pass(world.wishes)
        wakeAt = result.wakeAt
        if (world.deleting && !inProgress(result.state) && result.state.outbox.length === 0) this.#forget()
      } catch (error) {
        if (codeOf(error) !== 'STORE_CONFLICT') this.judge.broken(`a pass threw ${String(error)}`)
        this.#lost()
      }
      if (!this.alive) return
      await world.clock.sleep((wakeAt ?? Number.POSITIVE_INFINITY) - world.now, this.#nudge.signal).catch(() => {})
    }
  }

  /** Nothing is in progress and people have been told: the resource may go. */
  #forget(): void {
    this.world.gone = true
    this.die('the rollout is gone')
  }

  #lost(): void {
    if (this.deposed) this.die('somebody else has saved')
    else {
      this.runner.stop()
      this.runner = this.#begin()
      this.wake()
    }
  }

  #count(): void {
    const { now } = this.world
    this.#passes = { at: now, count: this.#passes.at === now ? this.#passes.count + 1 : 1 }
    if (this.#passes.count < mostPassesAtOnce) return
    this.judge.broken(`${mostPassesAtOnce} passes at one moment`)
    this.die('it spins')
  }

  async #watch(): Promise<void> {
    const { world } = this
    if (world.watchMs > 0) await world.clock.sleep(world.watchMs)
    await this.#held()
    if (!this.alive) return
    this.#router.deliver(ref)
    this.wake()
  }

  async #held(): Promise<void> {
    const { world } = this
    if (this.#heldUntil > world.now) await world.clock.sleep(this.#heldUntil - world.now)
  }

  /** Everything between the process and the world passes here. */
  async #io<T>(what: string, act: () => Promise<T>): Promise<T> {
    await this.#held()
    if (!this.alive) return never()
    const { cut, world, name } = this
    const last = cut !== undefined && cut.after-- === 0
    if (last && !cut.effect) {
      this.die(`before ${what}`)
      return never()
    }
    const outcome = await act().then(
      value => ({ value }),
      (error: unknown) => ({ error }),
    )
    const failed = 'error' in outcome
    world.log(name, what, failed ? (codeOf(outcome.error) ?? String(outcome.error)) : undefined)
    this.judge.audit()
    if (last) this.die(`after ${what}`)
    await this.#held()
    if (!this.alive) return never()
    if (failed) throw outcome.error
    return outcome.value
  }

  /** The router as the process sees it; unrelated edits of the object move its generation and its token. */
  #facade(): TrafficRouter {
    const { world } = this
    const router = this.#router
    const write = (what: string, act: () => Promise<void>) => {
      this.judge.called(this, what)
      return this.#io(what, act)
    }
    return {
      contract: 1,
      observe: (target, options) =>
        this.#io(options.live ? 'observe at the source' : 'observe', async () => {
          const { production } = this.sight
          this.sight = { ...this.sight, blind: true }
          const traffic = await router.observe(target, options)
          const versions = traffic.state === 'ready' ? traffic.versions : undefined
          this.sight = { production: versions?.production ?? production, blind: versions === undefined }
          if (traffic.state !== 'ready' || traffic.generation === undefined) return traffic
          const { generation, token } = traffic
          return { ...traffic, generation: generation + world.unrelated, token: `${token}/${world.unrelated}` }
        }),
      prepare: (target, change) => write(`prepare ${change.version}`, () => router.prepare(target, change)),
      shift: (target, weight, { token, signal }) =>
        write(`shift ${weight}`, async () => {
          const [generation, unrelated] = token?.split('/') ?? []
          if (token !== undefined && unrelated !== String(world.unrelated))
            throw new BirdWatchError('TRAFFIC_STALE', 'edited meanwhile')
          await router.shift(target, weight, { ...(generation && { token: generation }), signal })
        }),
      rollback: (target, change) => write('rollback', () => router.rollback(target, change)),
      promote: (target, change) => write(`promote ${change.version}`, () => router.promote(target, change)),
    }
  }
}
