import { Chance } from '../chance.js'
import {
  type Fault,
  type Happening,
  metricFaults,
  type Plot,
  type RolloutStory,
  requestFaults,
  type Story,
  slackFaults,
} from './story.js'

/** Until then faults begin, milliseconds. */
const lastFaultMs = 25_000
const verbs = ['*', 'patch', 'patch virtualservices', 'patch birdwatches', 'patch birdwatches/status', 'get', 'list']
const others = ['patch destinationrules', 'watch', 'replace leases', 'create events']
const commands = ['pause', 'resume', 'promote', 'force-promote', 'abort', 'retry', 'undo', 'dance']

/** Of so many stories one is lived through to the last save. */
const longOnes = 8

/** Makes up the story of a seed. */
export function tell(seed: number): Story {
  const chance = new Chance(seed)
  const rollouts = chance.several(chance.pick([1, 2, 3, 4]), () => rollout(chance))
  const twoProcesses = chance.maybe(0.3)
  const skew = () => ({ offsetMs: chance.int(-2000, 2000), speed: 1 + chance.int(-10, 10) / 1000 })
  const processes = twoProcesses ? [skew(), skew()] : [{ offsetMs: 0, speed: 1 }]
  const faults = chance.several(chance.int(0, 12), () => fault(chance, rollouts.length, processes.length))
  const brief = seed % longOnes !== 0
  return { seed, rollouts, processes, faults: faults.sort((a, b) => a.at - b.at), ...(brief && { brief }) }
}

function rollout(chance: Chance): RolloutStory {
  const limit = chance.pick([10, 20, 20, 30])
  const what = plot(chance, limit)
  // A turn that people or pods take would race with a promotion: only what the checks decide by themselves may end so.
  const decidesItself = ['healthy', 'sick', 'chaos'].includes(what.is)
  const spec = {
    increment: 10,
    interval: chance.pick([2, 4, 5]),
    if_unhealthy: chance.pick(['rollback', 'freeze'] as const),
    traffic_limit: limit,
    at_limit: decidesItself ? chance.pick(['hold', 'promote', 'promote'] as const) : ('hold' as const),
    propagation: chance.pick([0, 1, 5]),
  }
  return { spec, plot: what, sum: chance.pick([100, 100, 100, 50, 10]) }
}

function plot(chance: Chance, limit: number): Plot {
  const at = 10 * chance.int(1, limit / 10)
  switch (chance.int(0, 9)) {
    case 0:
    case 1:
      return { is: 'healthy' }
    case 2:
    case 3:
      return { is: 'sick', from: at }
    case 4:
      return { is: 'dead', from: at }
    case 5:
      return { is: 'commanded', at, command: chance.pick(['abort', 'pause', 'promote'] as const) }
    case 6:
      return { is: 'foreign', at, to: chance.pick([0, 40, 100]) }
    case 7:
      return { is: 'deleted', at }
    default:
      return { is: 'chaos', happenings: chance.several(chance.int(1, 8), () => happening(chance)) }
  }
}

function happening(chance: Chance): Happening {
  const at = chance.int(0, lastFaultMs)
  switch (chance.int(0, 9)) {
    case 0:
    case 1:
    case 2:
      return { at, do: 'command', name: chance.pick(commands) }
    case 3:
      return { at, do: 'edit', spec: edit(chance) }
    case 4:
      return { at, do: 'weight', to: chance.pick([0, 10, 20, 50, 100]) }
    case 5:
      return {
        at,
        do: 'label',
        subset: chance.pick(['production', 'canary'] as const),
        version: chance.pick(['v1', 'v2']),
      }
    case 6:
    case 7:
      return { at, do: 'pods', version: chance.pick(['v1', 'v2', 'v3']), available: chance.pick([0, 1, 2]) }
    case 8:
      return { at, do: 'health', is: chance.pick(['healthy', 'unhealthy'] as const) }
    default:
      return { at, do: 'delete' }
  }
}

const edit = (chance: Chance): Record<string, unknown> =>
  chance.pick([
    { traffic_limit: chance.pick([5, 15, 100]) },
    { increment: chance.pick([1, 5, 99]) },
    { interval: chance.pick([1, 30]) },
    { canary_version: chance.pick(['v2', 'v3']) },
    { paused: chance.maybe(0.6) },
    { if_unhealthy: chance.pick(['freeze', 'rollback']) },
    { deviation: chance.pick([0, 100, -1]) },
    { mode: chance.pick(['observe', 'act']) },
  ])

function fault(chance: Chance, rollouts: number, processes: number): Fault {
  const at = chance.int(0, lastFaultMs)
  const forMs = chance.pick([500, 3000, 8000, 20_000])
  const process = chance.int(0, processes - 1)
  const rollout = chance.int(0, rollouts - 1)
  const kind = chance.int(0, 20)
  if (kind < 8) {
    const on = chance.maybe(0.7) ? chance.pick(verbs) : chance.pick(others)
    return {
      at,
      do: 'request',
      on,
      fault: chance.pick(requestFaults),
      times: chance.int(1, 4),
      ms: chance.int(1, 4000),
    }
  }
  switch (kind) {
    case 8:
      return { at, do: 'metric', fault: chance.pick(metricFaults), forMs }
    case 9:
      return { at, do: 'slack', fault: chance.pick(slackFaults), forMs }
    case 10:
      return { at, do: 'api down', forMs }
    case 11:
      return { at, do: 'watches cut' }
    case 12:
      return { at, do: 'watches stale', forMs, ms: chance.int(100, 3000) }
    case 13:
      return { at, do: 'event repeated' }
    case 14:
      return { at, do: 'compaction' }
    case 20:
      return { at, do: 'event lost', kind: chance.pick(['BirdWatch', 'VirtualService', 'DestinationRule'] as const) }
    case 15:
    case 16:
      return {
        at,
        do: chance.pick(['kill', 'kill', 'terminate'] as const),
        process,
        downMs: chance.pick([0, 100, 3000, 20_000]),
      }
    case 17:
      return { at, do: 'freeze', process, ms: chance.pick([300, 5000, 25_000]) }
    case 18:
      return { at, do: 'flapping', rollout, forMs }
    default:
      return {
        at,
        do: 'unrelated edit',
        rollout,
        kind: chance.pick(['VirtualService', 'DestinationRule', 'BirdWatch'] as const),
      }
  }
}
