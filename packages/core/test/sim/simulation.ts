import { isTerminal, type PolicySpec } from '../../src/index.js'
import { Judge } from './laws/judge.js'
import { Process } from './process.js'
import { trace } from './trace.js'
import { type Abilities, policyOf, ref, World } from './world.js'

const longestEndMs = 25 * 60_000

/** A rollout in a simulated world: one process leads, dies and is succeeded; every write is judged. */
export class Simulation {
  readonly world: World
  readonly judge: Judge
  /** The process that leads, or led last. */
  leader: Process
  readonly #processes: Process[] = []
  #downUntil = 0

  constructor(spec: Partial<PolicySpec> = {}, abilities: Abilities = {}) {
    this.world = new World(abilities)
    this.judge = new Judge(this.world)
    this.world.spec = policyOf(spec)
    this.leader = this.#start()
  }

  /** Moves time on; a leader that died is replaced when its downtime is over. Throws when a law was broken. */
  async advance(ms: number): Promise<void> {
    const { world } = this
    const end = world.now + ms
    do {
      const near = Math.min(end, world.now + 5000)
      const stop = this.leader.alive || world.gone ? near : Math.min(Math.max(this.#downUntil, world.now), near)
      await world.advance(stop - world.now)
      if (!this.leader.alive && !world.gone && world.now >= this.#downUntil) this.leader = this.#start()
      await world.advance(0)
      this.judge.watched(this.leader)
    } while (world.now < end)
    this.judge.audit()
    const { violations } = this.judge
    if (violations.length > 0) throw new Error(`${violations.join('\n')}\n\n${trace(world.events)}\n`)
  }

  /** Goes on in small steps until `reached`; throws when that takes longer than `longestEndMs`. */
  async until(reached: (world: World) => boolean, stepMs = 1000): Promise<void> {
    for (let waited = 0; !reached(this.world); waited += stepMs) {
      if (waited > longestEndMs) throw new Error(`it is not reached:\n${trace(this.world.events)}`)
      await this.advance(stepMs)
    }
  }

  async untilWeight(weight: number): Promise<void> {
    await this.until(world => world.weight === weight)
  }

  /** A person's command, or anything else that wakes the host: it passes at once. */
  async command(name: string): Promise<void> {
    this.world.request(name)
    await this.wake()
  }

  async wake(): Promise<void> {
    this.leader.wake()
    await this.advance(0)
  }

  /** Kills the leader at its n-th input or output from here; its successor comes `downMs` later. */
  crashAt(after: number, effect: boolean, downMs: number): void {
    this.leader.cut = { after, effect }
    this.#downUntil = this.world.now + downMs
  }

  /** Kills the leader now; its successor comes `downMs` later. */
  async restart(downMs = 0): Promise<void> {
    this.#downUntil = this.world.now + downMs
    this.leader.die('it is killed')
    await this.advance(downMs)
  }

  /** Another process takes over; the old leader freezes for `stallMs` and goes on for `lingerMs` without noticing. */
  succeed(stallMs: number, lingerMs: number): void {
    const { leader, world } = this
    leader.deposed = true
    leader.stall(stallMs)
    void world.clock.sleep(stallMs + lingerMs).then(() => leader.die('it sees that it does not lead'))
    this.leader = this.#start()
  }

  /** Everything mends, and time goes on until the rollout ends or needs a person; then it must be idle. */
  async end(): Promise<void> {
    const { world } = this
    world.log('-', 'everything mends')
    this.#mend()
    // What is left over from before may still be said and saved, and a check that was under way may move it on.
    const longest = world.now + longestEndMs
    for (let step: number | undefined = -1; step !== world.state?.step && world.now < longest; ) {
      for (await this.advance(10_000); !this.#rests() && world.now < longest; ) await this.advance(10_000)
      step = world.state?.step
      await this.advance(65_000)
    }
    const { length: saves } = world.store.saves
    const { length: told } = world.notifier.deliveries
    const { length: happened } = world.events
    await this.advance(120_000)
    const { state, gone } = world
    const ended = gone || (state && isTerminal(state))
    if (!this.#rests()) this.judge.broken(`no end: ${state?.phase} (${state?.reason.code})`)
    if (ended && world.events.length > happened) this.judge.broken('it has ended and is not idle')
    if (world.store.saves.length > saves + 3)
      this.judge.broken(`${world.store.saves.length - saves} saves of nothing new`)
    if (world.notifier.deliveries.length > told) this.judge.broken('people are told of nothing new')
    if (!gone && state?.outbox.length) this.judge.broken('a notice is not taken off')
    await this.advance(0)
  }

  stop(): void {
    for (const process of this.#processes) process.die('the story ends')
  }

  #start(): Process {
    const process = new Process(`P${this.#processes.length + 1}`, this.world, this.judge)
    this.#processes.push(process)
    return process
  }

  #mend(): void {
    const { world } = this
    world.mend()
    world.health = 'healthy'
    world.queryMs = 0
    world.watchMs = 0
    world.spec = { ...world.spec, interval: 5, increment: 10 }
    for (const version of world.pods.keys()) world.setPods(version, { available: 2, desired: 2 })
    if ('state' in world.mesh.read(ref)) world.mesh.restore(ref)
    this.leader.cut = undefined
    this.#downUntil = world.now
    this.leader.wake()
  }

  #rests(): boolean {
    const { world } = this
    const { state, command } = world
    if (world.deleting) return world.gone
    if (state === undefined || command !== undefined || !this.leader.alive) return false
    if (world.spec.mode === 'observe' && state.phase === 'Progressing') return true
    // Somebody has given production a version that has no pods.
    if (['Waiting', 'Baselining'].includes(state.phase) && !world.pods.has(world.production ?? '')) return true
    return ['Promoted', 'RolledBack', 'Paused', 'Frozen', 'Holding', 'Invalid'].includes(state.phase)
  }
}
