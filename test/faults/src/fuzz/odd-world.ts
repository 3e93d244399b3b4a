import { crd } from '@birdwatch/controller'
import { Chance } from '../chance.js'
import { Timeline } from '../time/timeline.js'
import { Cluster, type Write } from '../world/cluster.js'
import { Metrics } from '../world/metrics.js'
import { Network } from '../world/network.js'
import { Process } from '../world/process.js'
import { Requests } from '../world/requests.js'
import { Slack } from '../world/slack.js'
import { Weather } from '../world/weather.js'

const spec = {
  increment: 10,
  interval: 5,
  if_unhealthy: 'rollback',
  traffic_limit: 20,
  at_limit: 'hold',
  propagation: 0,
} as const

/** The resource as an older or a careless CRD would define it: anything goes. */
function looseCrd(): object {
  const definition = structuredClone(crd()) as {
    spec: { versions: { schema: { openAPIV3Schema: Record<string, unknown> } }[] }
  }
  const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
  for (const { schema } of definition.spec.versions)
    schema.openAPIV3Schema = { type: 'object', properties: { spec: anything, status: anything } }
  return definition
}

/** A controller among resources that somebody has made odd. */
export class OddWorld {
  readonly cluster: Cluster
  readonly names: string[] = []
  readonly #timeline: Timeline
  readonly #writes: Write[] = []
  readonly #errors: string[] = []
  readonly #chance: Chance
  #taken = 0

  constructor(seed: number, makeOdd: <T>(object: T) => T, rollouts: number) {
    this.#chance = new Chance(seed)
    this.#timeline = new Timeline(this.#chance.next)
    this.cluster = new Cluster(this.#timeline, looseCrd())
    for (let i = 1; i <= rollouts; i++) {
      const name = `odd-${i}`
      this.names.push(name)
      this.cluster.addRollout(name, { spec, sum: 100, plot: { is: 'healthy' } })
      for (const kind of ['VirtualService', 'DestinationRule', 'BirdWatch'] as const) {
        const present = this.cluster.get(kind, name)
        if (this.cluster.replace(kind, name, { ...present, spec: makeOdd(present?.spec) })) this.#taken++
      }
    }
    this.cluster.onWrite(write => write.by.startsWith('P') && this.#writes.push(write))
  }

  async run(ms: number) {
    const weather = new Weather(this.#timeline, this.#chance)
    const requests = new Requests()
    const around = { cluster: this.cluster, timeline: this.#timeline, weather, requests, log: () => {} }
    new Process(
      'P1',
      { offsetMs: 0, speed: 1 },
      {
        ...around,
        chance: this.#chance,
        network: new Network(around, () => {}),
        metrics: new Metrics({ ...around, isSick: () => false }),
        slack: new Slack(weather, requests),
        broken: sentence => this.#errors.push(sentence),
        isAlone: true,
      },
    )
    await this.#timeline.advance(ms)
    return { taken: this.#taken, errors: this.#errors, writes: this.#writes }
  }
}
