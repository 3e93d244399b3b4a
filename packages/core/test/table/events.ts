import type { RolloutState, Snapshot } from '../../src/index.js'
import { command, foreign, live, promotedVersions, target } from '../builders.js'

/** What can happen to a rollout from outside, as the next snapshot shows it. */
export type Event = Partial<Snapshot>

/** Where somebody else has already changed the weight, that change goes on being what is seen. */
const asFound = ({ pause, ...before }: RolloutState): Event =>
  pause?.foreign === undefined ? {} : { traffic: foreign({ ...before, weight: pause.foreign.weight ?? 0 }) }
const commanded =
  (name: string) =>
  (before: RolloutState): Event => ({ ...asFound(before), command: command(name) })

export const events = {
  pause: commanded('pause'),
  resume: commanded('resume'),
  promote: commanded('promote'),
  abort: commanded('abort'),
  foreign: (before: RolloutState): Event => ({ traffic: foreign({ ...before, weight: 35 }) }),
  newTarget: (before: RolloutState): Event => ({
    ...asFound(before),
    target: { ...target, canaryVersion: 'v3' },
  }),
  deletion: (before: RolloutState): Event => ({ ...asFound(before), deleting: true }),
}

/** The same event once the traffic was read at its source. */
export const seenLive = (event: Event): Event => ({ ...event, process: live })
/** The same event once the router has done what was asked. */
export const atZero = (before: RolloutState, event: Event): Event => ({
  ...event,
  traffic: { state: 'ready', weight: 0, versions: { production: 'v1', canary: before.target.canaryVersion } },
})
export const promoted = (event: Event): Event => ({
  ...event,
  traffic: { state: 'ready', weight: 0, versions: promotedVersions },
})
