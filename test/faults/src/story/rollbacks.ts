import type { Change } from '../outcome.js'
import type { Fault, RolloutStory, Story } from './story.js'

/** The stories of a rollback that something might hold up; for the tests, and for the bench that compares them. */

export const spec = {
  increment: 10,
  interval: 5,
  if_unhealthy: 'rollback',
  traffic_limit: 30,
  at_limit: 'hold',
  propagation: 0,
} as const
const aborted: RolloutStory = { spec, sum: 100, plot: { is: 'commanded', at: 10, command: 'abort' } }
const sick: RolloutStory = { spec, sum: 100, plot: { is: 'sick', from: 10 } }
const healthy: RolloutStory = { spec: { ...spec, interval: 2 }, sum: 100, plot: { is: 'healthy' } }
const alone = [{ offsetMs: 0, speed: 1 }]
const story = (rollouts: readonly RolloutStory[], faults: readonly Fault[], processes = alone): Story => ({
  seed: 7,
  rollouts,
  processes,
  faults,
})

/** Of every request of a kind, from a moment on. */
const always = (at: number, on: string, fault: Extract<Fault, { do: 'request' }>['fault']): Fault => ({
  at,
  do: 'request',
  on,
  fault,
  times: 100_000,
  ms: 0,
})

/** A person aborts as soon as the first weight was given; nothing that hinders else may hold that up. */
export const aborts: Readonly<Record<string, Story>> = {
  'nothing is wrong': story([aborted], []),
  'no status can be saved': story([aborted], [always(900, 'patch birdwatches/status', '503')]),
  'a save is under way and never answered': story([aborted], [always(900, 'patch birdwatches/status', 'hangs')]),
  'a query hangs': story([aborted], [{ at: 900, do: 'metric', fault: 'hangs', forMs: 25_000 }]),
  'Slack hangs': story([aborted], [{ at: 0, do: 'slack', fault: 'hangs', forMs: 25_000 }]),
  'no Event can be written': story([aborted], [always(0, 'create events', 'hangs')]),
  '10 others are raised': story([aborted, ...Array.from({ length: 10 }, () => healthy)], []),
}

/** The canary is sick from the first weight on: the next check, an interval later, finds it. */
export const verdicts: Readonly<Record<string, Story>> = {
  'nothing is wrong': story([sick], []),
  'no status can be saved, and Slack hangs': story(
    [sick],
    [always(1500, 'patch birdwatches/status', '503'), { at: 0, do: 'slack', fault: 'hangs', forMs: 29_000 }],
  ),
  'the API server is down for 15 s': story([sick], [{ at: 4000, do: 'api down', forMs: 15_000 }]),
  'no weight can be written, and the Lease is lost': story(
    [sick],
    [always(900, 'patch virtualservices', '503'), always(900, 'replace leases', '503')],
    [...alone, ...alone],
  ),
}

export const weights = (changes: readonly Change[]): Change[] =>
  changes.filter(({ kind, rollout }) => kind === 'VirtualService' && rollout === 's1')

const at = (changes: readonly Change[], what: (change: Change) => boolean): number =>
  changes.find(what)?.at ?? Number.NaN

/** When the first weight was given, and when it was taken back, milliseconds since the beginning. */
export function moments(changes: readonly Change[]): { raised: number; back: number } {
  const ours = weights(changes)
  const raised = at(ours, ({ canary }) => canary > 0)
  return { raised, back: at(ours, change => change.at > raised && change.canary === 0) }
}
