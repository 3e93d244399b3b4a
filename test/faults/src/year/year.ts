import { queryObjects } from 'node:v8'
import { Runner } from '@birdwatch/core'
import { Chance } from '../chance.js'
import { happen } from '../happen.js'
import { type Happening, hurried } from '../story/story.js'
import { Timeline } from '../time/timeline.js'
import { type BirdWatchObject, Cluster, namespace, versions } from '../world/cluster.js'
import { Metrics } from '../world/metrics.js'
import { Network } from '../world/network.js'
import { Process } from '../world/process.js'
import { Requests } from '../world/requests.js'
import { Slack } from '../world/slack.js'
import { Weather } from '../world/weather.js'

const commands = ['dance', 'abort', 'pause', 'resume', 'retry', 'promote', 'undo']

/** A controller that lives on while rollouts come, are treated badly, and go. */
export class Year {
  readonly #chance = new Chance(41)
  readonly #timeline = new Timeline(this.#chance.next)
  readonly #cluster = new Cluster(this.#timeline)
  readonly #weather = new Weather(this.#timeline, this.#chance)
  readonly #requests = new Requests()
  readonly #sick = new Set<string>()
  readonly #around = {
    cluster: this.#cluster,
    timeline: this.#timeline,
    weather: this.#weather,
    requests: this.#requests,
    log: () => {},
  }
  readonly #slack = new Slack(this.#weather, this.#requests)
  readonly #metrics = new Metrics({ ...this.#around, isSick: name => this.#sick.has(name) })
  readonly errors: string[] = []
  readonly #process = new Process(
    'P1',
    { offsetMs: 0, speed: 1 },
    {
      ...this.#around,
      chance: this.#chance,
      network: new Network(this.#around, () => {}),
      metrics: this.#metrics,
      slack: this.#slack,
      broken: sentence => this.errors.push(sentence),
      isAlone: true,
    },
  )
  largestStatus = 0
  rollouts = 0

  /** Some rollouts come, everything happens to them, and they are deleted. */
  async season(count: number): Promise<void> {
    const names = Array.from({ length: count }, () => `s${++this.rollouts}`)
    for (const name of names) this.#cluster.addRollout(name, { spec: hurried, sum: 100, plot: { is: 'healthy' } })
    const ills = [
      () => this.#weather.slack.begin('hangs', 12_000),
      () => this.#weather.metric.begin('down', 4000),
      () => this.#weather.expect({ at: 0, do: 'request', on: 'patch', fault: '503', times: 20, ms: 0 }),
      () => this.#weather.expect({ at: 0, do: 'request', on: 'patch virtualservices', fault: '403', times: 10, ms: 0 }),
    ]
    for (const [i, begin] of ills.entries()) this.#timeline.setTimer(3000 * i, begin)
    for (let second = 0; second < 16; second++) {
      for (const name of names) if (this.#chance.maybe(0.5)) this.#happen(name)
      await this.#timeline.advance(1000)
      this.#measure(names)
    }
    this.#weather.mend()
    this.#sick.clear()
    for (const name of names) {
      for (const version of versions) this.#cluster.setPods(name, version, 2)
      this.#cluster.delete(name)
    }
    for (let s = 0; s < 60 && names.some(name => this.#present(name) !== undefined); s += 5)
      await this.#timeline.advance(5000)
    const left = names.filter(name => this.#present(name) !== undefined)
    if (left.length > 0) throw new Error(`not gone a minute after they were deleted: ${left.join(', ')}`)
    this.#clear(names)
  }

  /** What was planned for later finds that nothing is there. */
  async rest(): Promise<void> {
    await this.#timeline.advance(31 * 60_000)
    this.#clear([])
  }

  /** What is left when the garbage is collected: of rollouts, and in all. */
  async memory() {
    const series = (await this.#process.metrics()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
    return {
      runners: queryObjects(Runner, { format: 'count' }),
      /** Of any kind, functions too, whoever holds them. */
      objects: queryObjects(Object, { format: 'count' }),
      series: series.length,
      /** Of these, what names a rollout, or an object of one. */
      ofRollouts: series.filter(line => line.includes(`namespace="${namespace}"`) || /"(s\d|uid-)/.test(line)),
      delayed: series.find(line => line.startsWith('birdwatch_queue_keys{state="delayed"')),
    }
  }

  #happen(name: string): void {
    if (this.#present(name) === undefined) return
    happen(this.#whatever(), name, { cluster: this.#cluster, sick: this.#sick })
  }

  #whatever(): Happening {
    const kind = this.#chance.int(0, 9)
    if (kind < 4) return { at: 0, do: 'command', name: this.#chance.pick(commands) }
    if (kind < 6) return { at: 0, do: 'edit', spec: { canary_version: this.#chance.pick(['v2', 'v3']) } }
    if (kind < 8) return { at: 0, do: 'weight', to: this.#chance.pick([0, 20, 100]) }
    return { at: 0, do: 'health', is: this.#chance.pick(['healthy', 'unhealthy'] as const) }
  }

  #measure(names: readonly string[]): void {
    for (const name of names)
      this.largestStatus = Math.max(this.largestStatus, JSON.stringify(this.#present(name)?.status ?? {}).length)
  }

  #present(name: string): BirdWatchObject | undefined {
    return this.#cluster.get<BirdWatchObject>('BirdWatch', name)
  }

  /** What belongs to the world is taken away: what is left is the controller's. */
  #clear(names: readonly string[]): void {
    for (const list of [this.#requests.all, this.#slack.delivered, this.#metrics.probes]) list.length = 0
    this.#cluster.clear(names)
  }
}
