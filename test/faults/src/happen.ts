import type { Fault, Happening } from './story/story.js'
import type { Cluster } from './world/cluster.js'
import type { Network } from './world/network.js'
import type { Weather } from './world/weather.js'

/** The service of a rollout, and its BirdWatch. */
export const nameOf = (index: number): string => `s${index + 1}`

interface People {
  readonly cluster: Cluster
  /** The rollouts whose canary fails as soon as it has traffic. */
  readonly sick: Set<string>
}

/** People, or the pods of one rollout, do something. */
export function happen(happening: Happening, name: string, { cluster, sick }: People): void {
  if (happening.do === 'command') cluster.command(name, happening.name)
  else if (happening.do === 'edit') cluster.edit(name, happening.spec)
  else if (happening.do === 'weight') cluster.setWeight(name, happening.to)
  else if (happening.do === 'label') cluster.setLabel(name, happening.subset, happening.version)
  else if (happening.do === 'pods') cluster.setPods(name, happening.version, happening.available)
  else if (happening.do === 'delete') cluster.delete(name)
  else if (happening.is === 'unhealthy') sick.add(name)
  else sick.delete(name)
}

interface Surroundings {
  readonly cluster: Cluster
  readonly network: Network
  readonly weather: Weather
}

/** What goes wrong around the processes. */
type Outer = Exclude<Fault, { do: 'kill' | 'terminate' | 'cut' | 'freeze' | 'flapping' }>

type Strikes = {
  readonly [Do in Outer['do']]: (fault: Extract<Outer, { do: Do }>, surroundings: Surroundings) => void
}

const strikes: Strikes = {
  request: (fault, { weather }) => weather.expect(fault),
  metric: ({ fault, forMs }, { weather }) => weather.metric.begin(fault, forMs),
  slack: ({ fault, forMs }, { weather }) => weather.slack.begin(fault, forMs),
  'api down': ({ forMs }, { network, weather }) => {
    network.cutWatches()
    weather.apiDown.begin(true, forMs)
  },
  'watches cut': (_, { network }) => network.cutWatches(),
  'watches stale': ({ ms, forMs }, { weather }) => weather.stale.begin(ms, forMs),
  'event repeated': (_, { weather }) => weather.repeatEvent(),
  'event lost': ({ kind }, { weather }) => weather.loseEvent(kind),
  compaction: (_, { cluster, network }) => {
    cluster.machine.compact()
    network.cutWatches()
  },
  'unrelated edit': ({ kind, rollout, at }, { cluster }) => {
    const name = nameOf(rollout)
    if (cluster.get(kind, name) !== undefined) cluster.annotate(kind, name, String(at))
  },
}

export const strike = (fault: Outer, surroundings: Surroundings): void =>
  strikes[fault.do](fault as never, surroundings)
