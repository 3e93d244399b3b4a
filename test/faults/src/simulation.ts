import { Chance } from './chance.js'
import { happen, nameOf, strike } from './happen.js'
import { type End, foretoldAfter, missing, phaseOf, unrest } from './laws/end.js'
import { partOf } from './laws/facts.js'
import { Judge } from './laws/judge.js'
import { wronglyTold } from './laws/told.js'
import type { Change, Outcome } from './outcome.js'
import type { Fault, Happening, RolloutStory, Story } from './story/story.js'
import { Timeline } from './time/timeline.js'
import { Cluster, versions } from './world/cluster.js'
import { Metrics } from './world/metrics.js'
import { Network } from './world/network.js'
import { Process } from './world/process.js'
import { Requests } from './world/requests.js'
import { Slack } from './world/slack.js'
import { Weather } from './world/weather.js'

/** Faults have ended by then, milliseconds. */
const mendedAtMs = 30_000
/** A change whose event was lost is seen at the second end of a watch at the latest. */
const longestEndMs = 1_500_000
const idleMs = 10_000
/** So many lines are kept of a run: it is replayed when more are wanted. */
const longestTrace = 5000

/** Lets a story happen to the whole controller. */
export class Simulation {
  readonly #chance: Chance
  readonly #timeline: Timeline
  readonly #cluster: Cluster
  readonly #weather: Weather
  readonly #network: Network
  readonly #metrics: Metrics
  readonly #slack: Slack
  readonly #judge: Judge
  readonly #began: number
  readonly #processes: Process[] = []
  readonly #violations: string[] = []
  readonly #trace: string[] = []
  readonly #sick = new Set<string>()
  readonly #dead = new Set<string>()
  readonly #changes: Change[] = []
  readonly #requests = new Requests()
  /** Where the end is another one than the plot's. */
  readonly #ends = new Map<string, End>()
  #mended = false

  /** @param traced whether what happens is written down (default true) */
  constructor(
    private readonly story: Story,
    private readonly traced = true,
  ) {
    this.#chance = new Chance(story.seed ^ 0x5bd1e995)
    this.#timeline = new Timeline(this.#chance.next)
    this.#began = this.#timeline.now
    this.#cluster = new Cluster(this.#timeline)
    this.#weather = new Weather(this.#timeline, this.#chance)
    this.#slack = new Slack(this.#weather, this.#requests)
    const parts = {
      cluster: this.#cluster,
      timeline: this.#timeline,
      weather: this.#weather,
      requests: this.#requests,
      log: this.#log,
    }
    this.#metrics = new Metrics({ ...parts, isSick: name => this.#isSick(name) })
    this.#judge = new Judge({
      ...parts,
      probes: this.#metrics.probes,
      unseen: story.faults.some(fault => fault.do === 'event lost'),
      startOf: who => this.#processes.findLast(({ name }) => name === who)?.startedAt,
      broken: this.#broken,
    })
    this.#network = new Network(parts, (process, what) => this.#judge.requested(process, what))
    this.#cluster.onWrite(({ by, kind, name }) => {
      const at = this.#timeline.now - this.#began
      const [canary, phase] = [this.#cluster.canary(name), this.#cluster.state(name)?.phase]
      if (this.#judge.books.has(name)) this.#changes.push({ at, by, kind, rollout: name, canary, phase })
      if (kind !== 'Deployment' && this.traced) this.#log(by, `writes ${kind} ${name}`, this.#shown(name))
    })
  }

  /** Runs to the end. The same story always runs the same way. */
  async run(): Promise<Outcome> {
    for (const [i, rollout] of this.story.rollouts.entries()) this.#add(nameOf(i), rollout)
    for (const i of this.story.processes.keys()) this.#start(i)
    for (const fault of this.story.faults) this.#timeline.setTimer(fault.at, () => this.#let(fault))
    await this.#timeline.advance(mendedAtMs)
    await this.#end()
    for (const process of this.#processes) if (process.alive) process.kill()
    return {
      violations: this.#violations,
      trace: this.#trace,
      changes: this.#changes,
      ends: this.story.rollouts.map((_, i) => phaseOf(this.#cluster, nameOf(i))),
      simulatedMs: this.#timeline.now - this.#began,
      requests: this.#requests.all,
      told: this.#slack.delivered,
    }
  }

  /** Everything mends; then every rollout must come to its end, and nothing may happen any more. */
  async #end(): Promise<void> {
    this.#mend()
    const names = this.story.rollouts.map((_, i) => nameOf(i))
    const open = () =>
      names.flatMap((name, i) => {
        const rollout = this.story.rollouts[i] as RolloutStory
        const unheard = this.story.brief && this.#slack.unheard
        const what = missing(this.#cluster, name, rollout, this.#ends.get(name), unheard)
        return what === undefined ? [] : [`${name}: ${what}`]
      })
    const saves = () => [...this.#judge.books.values()].reduce((sum, book) => sum + book.saves.length, 0)
    // A rollout that rested goes on from there, by the last edit of people, as soon as somebody leads.
    await this.#timeline.advance(idleMs)
    let wrong: string[]
    let waited = 0
    // What looks like an end may be a moment before something that was said last is heard.
    do {
      for (; open().length > 0 && waited < longestEndMs; waited += 2000) await this.#timeline.advance(2000)
      const before = saves()
      await this.#timeline.advance(idleMs)
      waited += idleMs
      wrong = unrest({ open: open(), saves: saves() - before, rollouts: names.length })
    } while (wrong.length > 0 && waited < longestEndMs)
    for (const what of wrong) this.#broken(what)
    for (const [name, { saves: all }] of this.#judge.books)
      if (this.#cluster.get('BirdWatch', name) !== undefined)
        for (const what of wronglyTold(all, this.#slack.delivered)) this.#broken(`${name}: ${what}`)
  }

  #add(name: string, story: RolloutStory): void {
    this.#cluster.addRollout(name, story)
    this.#judge.follow(name, story)
    const { plot } = story
    if (plot.is === 'chaos')
      for (const happening of plot.happenings)
        this.#timeline.setTimer(happening.at, () => this.#happen(name, happening))
    if (plot.is === 'sick' && plot.command !== undefined) {
      const { command } = plot
      let frozen = false
      this.#cluster.onWrite(write => {
        if (frozen || write.kind !== 'BirdWatch' || this.#cluster.state(name)?.phase !== 'Frozen') return
        frozen = true
        this.#timeline.setTimer(500, () => this.#cluster.command(name, command))
      })
    }
    const from = 'at' in plot ? plot.at : plot.is === 'dead' ? plot.from : undefined
    if (from === undefined) return
    let begun = false
    this.#cluster.onWrite(write => {
      if (begun || write.kind !== 'VirtualService' || write.name !== name) return
      if (this.#cluster.canary(name) < partOf(story.sum, from)) return
      begun = true
      this.#timeline.setTimer(0, () => this.#turn(name, story))
    })
  }

  /** The turn that the plot takes. */
  #turn(name: string, { plot }: RolloutStory): void {
    if (plot.is === 'dead') {
      this.#dead.add(name)
      this.#cluster.setPods(name, 'v2', 0)
    }
    if (plot.is === 'commanded') this.#cluster.command(name, plot.command)
    if (plot.is === 'foreign') this.#cluster.setWeight(name, plot.to)
    if (plot.is === 'deleted') this.#cluster.delete(name)
    this.#log('-', `${name}: ${JSON.stringify(plot)}`)
  }

  #isSick(name: string): boolean {
    const { plot, sum } = this.story.rollouts[Number(name.slice(1)) - 1] as RolloutStory
    const canary = this.#cluster.canary(name)
    return plot.is === 'sick' ? canary >= partOf(sum, plot.from) : this.#sick.has(name) && canary > 0
  }

  #happen(name: string, happening: Happening): void {
    if (this.#mended || this.#cluster.get('BirdWatch', name) === undefined) return
    this.#log('-', `${name}: ${JSON.stringify(happening)}`)
    happen(happening, name, { cluster: this.#cluster, sick: this.#sick })
  }

  #let(fault: Fault): void {
    this.#log('-', JSON.stringify(fault))
    if (fault.do === 'kill' || fault.do === 'terminate')
      void this.#replace(fault.process, fault.do === 'terminate', fault.downMs)
    else if (fault.do === 'cut') this.#requests.cutAt(fault, () => this.#cut(fault))
    else if (fault.do === 'freeze') this.#present(fault.process)?.freeze(fault.ms)
    else if (fault.do === 'flapping') this.#flap(fault.rollout, fault.forMs)
    else strike(fault, { cluster: this.#cluster, network: this.#network, weather: this.#weather })
  }

  /** A pod of the canary goes and comes back: nobody is promoted by command then. */
  #flap(rollout: number, forMs: number): void {
    const name = nameOf(rollout)
    const { plot } = this.story.rollouts[rollout] as RolloutStory
    if (plot.is === 'commanded' || this.#dead.has(name)) return
    this.#cluster.setPods(name, 'v2', 1)
    this.#timeline.setTimer(forMs, () => {
      if (!this.#dead.has(name)) this.#cluster.setPods(name, 'v2', 2)
    })
  }

  #present(index: number): Process | undefined {
    return this.#processes.findLast(({ name, alive }) => alive && name.startsWith(`P${index + 1}`))
  }

  async #replace(index: number, gracefully: boolean, downMs: number): Promise<void> {
    const process = this.#present(index)
    if (process === undefined) return
    if (gracefully) await process.terminate()
    else process.kill()
    this.#timeline.setTimer(downMs, () => {
      if (this.#present(index) === undefined) this.#start(index)
    })
  }

  #cut({ downMs, meanwhile }: Extract<Fault, { do: 'cut' }>): void {
    void this.#replace(0, false, downMs)
    if (meanwhile !== undefined)
      this.#timeline.setTimer(downMs / 2, () => {
        const end = foretoldAfter(this.#cluster.state('s1')?.phase ?? '', meanwhile, this.story.rollouts[0] as never)
        if (end !== undefined) this.#ends.set('s1', end)
        this.#cluster.setWeight('s1', meanwhile)
      })
  }

  #start(index: number): void {
    const { processes } = this.story
    const lives = this.#processes.filter(({ name }) => name.startsWith(`P${index + 1}`)).length
    this.#processes.push(
      new Process(`P${index + 1}${'abcdefghijklmnopqrstuvwxyz'[lives]}`, processes[index] as never, {
        timeline: this.#timeline,
        network: this.#network,
        metrics: this.#metrics,
        slack: this.#slack,
        chance: this.#chance,
        log: this.#log,
        broken: this.#broken,
        isAlone: processes.length === 1,
      }),
    )
  }

  #mend(): void {
    this.#log('-', 'everything mends')
    this.#mended = true
    this.#weather.mend()
    this.#sick.clear()
    for (const i of this.story.processes.keys()) if (this.#present(i) === undefined) this.#start(i)
    this.story.rollouts.forEach(({ plot }, i) => {
      const name = nameOf(i)
      for (const version of versions)
        if (!this.#dead.has(name) || version !== 'v2') this.#cluster.setPods(name, version, 2)
      if (plot.is === 'chaos' && this.#cluster.get('BirdWatch', name) !== undefined)
        this.#cluster.edit(name, { interval: 2, increment: 10, traffic_limit: 30, mode: 'act', paused: false })
    })
  }

  readonly #broken = (sentence: string): void => {
    this.#violations.push(sentence)
    this.#log('LAW', `broken: ${sentence}`)
  }

  readonly #log = (who: string, what: string, result = ''): void => {
    if (!this.traced || this.#trace.length >= longestTrace) return
    const seconds = ((this.#timeline.now - Date.UTC(2026, 0, 1)) / 1000).toFixed(3)
    this.#trace.push(`${seconds.padStart(8)} s  ${who.padEnd(5)} ${what}${result && `: ${result}`}`)
  }

  #shown(name: string): string {
    const state = this.#cluster.state(name)
    const { production, canary } = this.#cluster.versions(name)
    const saved = state && `rev ${state.rev} ${state.phase} ${state.weight} % step ${state.step} (${state.reason.code})`
    return `${production}/${canary} ${this.#cluster.canary(name)}; ${saved ?? 'nothing saved'}`
  }
}
