import type { ReadyTraffic } from '../ports.js'
import type { Snapshot } from '../snapshot.js'
import type { Foreign, RolloutState } from '../state.js'

/**
 * Whose write the present traffic shows, from the state and one observation:
 * - `in_step`: what we want is there;
 * - `unapplied`: what was there before our last decision is still there, and no answer says that we wrote;
 * - `ours`: we wrote it, and the save that went with it was lost, or a late request of ours landed;
 * - `foreign`: somebody else wrote it; `absent`: there is nothing to look at.
 */
export type Standing = 'in_step' | 'unapplied' | 'ours' | 'foreign' | 'absent'

export function standingOf(state: RolloutState, { traffic, process }: Snapshot): Standing {
  if (traffic.state !== 'ready') return 'absent'
  const labelled = labelsAreOurs(state, traffic)
  if (labelled && shows(traffic, state.weight)) return 'in_step'
  const answered = process.wrote?.step === state.step
  // A generation rises by one with our own write: one more than at the save can still be somebody's unrelated edit.
  const young = (traffic.generation ?? 0) <= (state.generation ?? Number.POSITIVE_INFINITY) + 1
  if (labelled && shows(traffic, state.from) && !answered && young) return 'unapplied'
  return labelled && traffic.writer?.self ? 'ours' : 'foreign'
}

/** True when every route gives the canary this weight. */
export const shows = (traffic: Snapshot['traffic'], weight: number): boolean =>
  traffic.state === 'ready' && traffic.uniform !== false && traffic.weight === weight

/** True when both destinations select the versions that this rollout is about. */
export const labelsAreOurs = (state: RolloutState, { versions }: ReadyTraffic): boolean =>
  versions === undefined ||
  (versions.canary === state.target.canaryVersion &&
    (state.productionVersion === undefined || versions.production === state.productionVersion))

/** What is found, for people. */
export const describe = (traffic: ReadyTraffic): Foreign => ({
  ...(traffic.uniform === false ? {} : { weight: traffic.weight }),
  versions: traffic.versions,
  ...(traffic.writer === undefined ? {} : { writer: traffic.writer.name }),
})
