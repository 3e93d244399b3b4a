import type { PlaygroundControl, PlaygroundSource, ServiceTraffic, VersionTraffic } from '@birdwatch/dashboard'
import type { Load } from '../load/load.js'
import { app } from './app.js'
import type { Sample, Trouble } from './sample.js'

/** Over how many seconds the traffic is averaged. */
const averagedSeconds = 3

const troubles: readonly {
  readonly id: string
  readonly trouble: Trouble
  readonly verb: string
  readonly hint: string
}[] = [
  {
    id: 'fail',
    trouble: 'failing',
    verb: 'fail',
    hint: '3 in 10 of its requests are answered with 500: watch the next check.',
  },
  { id: 'slow', trouble: 'slow', verb: 'slow', hint: 'Its answers take 800 ms: watch the next check.' },
]

/** What the page of the playground shows beside the rollouts, and the things to try. */
export function playgroundSource(sample: Sample, load: Load, standIns: string): PlaygroundSource {
  const note = `The controller, the pods (a process each) and the requests are real; ${standIns} are stand-ins.`
  const controls = () => [...troubles.map(each => troubleControl(sample, each)), releaseControl(sample)]
  return {
    state: () => ({ note, services: [trafficOf(sample, load)], controls: controls() }),
    subscribe(changed) {
      const timer = setInterval(changed, 1_000)
      return () => clearInterval(timer)
    },
    async act(control, on) {
      const refused = controls().find(({ id }) => id === control)?.unavailable
      if (refused !== undefined) throw new Error(`${refused}.`)
      const found = troubles.find(({ id }) => id === control)
      if (found) sample.trouble(found.trouble, sample.canary, on === true)
      else sample.release()
    },
  }
}

function troubleControl(sample: Sample, { id, trouble, verb, hint }: (typeof troubles)[number]): PlaygroundControl {
  const { canary, production } = sample
  return {
    id,
    kind: 'switch',
    on: sample.has(trouble, canary),
    label: `Make ${canary} ${verb}`,
    hint,
    ...(canary === production && { unavailable: `${canary} is production now: release the next version first` }),
  }
}

function releaseControl(sample: Sample): PlaygroundControl {
  const { canary, next, isOver } = sample
  return {
    id: 'release',
    kind: 'button',
    label: `Release ${next}`,
    hint: 'A new canary: its Deployment is created, and the BirdWatch is told of it.',
    ...(!isOver && { unavailable: `The rollout of ${canary} is not over yet.` }),
  }
}

function trafficOf({ production, canary }: Sample, load: Load): ServiceTraffic {
  const { versions, seconds } = load.recent(averagedSeconds)
  const traffic = (version: string, role: VersionTraffic['role']): VersionTraffic => {
    const { ok, failed, medianMs } = versions[version] ?? { ok: 0, failed: 0, medianMs: 0 }
    const latency = ok + failed > 0 ? { latencyMs: medianMs } : {}
    return { version, role, requestsPerSecond: (ok + failed) / seconds, errorsPerSecond: failed / seconds, ...latency }
  }
  const others = canary === production ? [] : [traffic(canary, 'canary')]
  return { namespace: 'default', service: app, versions: [traffic(production, 'production'), ...others] }
}
