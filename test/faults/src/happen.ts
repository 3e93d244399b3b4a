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

export function strike(fault: Outer, { cluster, network, weather }: Surroundings): void {
  switch (fault.do) {
    case 'request':
      weather.expect(fault)
      break
    case 'metric':
      weather.metric.begin(fault.fault, fault.forMs)
      break
    case 'slack':
      weather.slack.begin(fault.fault, fault.forMs)
      break
    case 'api down':
      network.cutWatches()
      weather.apiDown.begin(true, fault.forMs)
      break
    case 'watches cut':
      network.cutWatches()
      break
    case 'watches stale':
      weather.stale.begin(fault.ms, fault.forMs)
      break
    case 'event repeated':
      weather.repeatEvent()
      break
    case 'event lost':
      weather.loseEvent(fault.kind)
      break
    case 'compaction':
      cluster.machine.compact()
      network.cutWatches()
      break
    case 'unrelated edit':
      if (cluster.get(fault.kind, nameOf(fault.rollout)) !== undefined)
        cluster.annotate(fault.kind, nameOf(fault.rollout), String(fault.at))
  }
}
