import { inProgress, isTerminal, type Reason, type Refusal, type RolloutState } from '@birdwatch/core'
import type { BirdWatch } from './birdwatch.js'
import { policyOf } from './policy.js'

/** A BirdWatch beside what is known of its rollout. */
export interface Claimant {
  readonly resource: BirdWatch
  readonly state?: RolloutState | undefined
}

/**
 * Design rule 13: one rollout per service. The service belongs to the rollout in progress; while there is none, to the
 * oldest BirdWatch that may begin one (ties by uid). Rollouts that ended, and specs that can not be used, hold nothing.
 *
 * @param others every BirdWatch of the namespace; it may include `self`
 */
export function refuseTaken(self: Claimant, others: readonly Claimant[]): Refusal | undefined {
  const { service } = self.resource.spec
  const rivals = others.filter(({ resource }) => resource.metadata.uid !== self.resource.metadata.uid)
  const holders = [self, ...rivals].filter(c => holds(c, service))
  const wanting = [self, ...rivals.filter(c => wants(c, service))]
  const owner = (holders.length > 0 ? holders : wanting).sort(byAge)[0]
  if (owner === undefined || owner === self) return undefined
  const { name } = owner.resource.metadata
  const detail = `${String(service)} is rolled out by BirdWatch ${name}; wait for it to end, or delete one of the two`
  return { refused: { code: 'invalid', field: 'service', detail } satisfies Reason }
}

/** A rollout in progress holds the service it began with, whatever has become of the spec. */
const holds = ({ state }: Claimant, service: unknown) =>
  state !== undefined && inProgress(state) && state.target.service === service

const wants = ({ resource, state }: Claimant, service: unknown) =>
  resource.spec.service === service &&
  resource.metadata.deletionTimestamp === undefined &&
  !(state !== undefined && isTerminal(state)) &&
  !('refused' in policyOf(resource.spec))

function byAge({ resource: { metadata: a } }: Claimant, { resource: { metadata: b } }: Claimant): number {
  const [x, y] = [`${a.creationTimestamp} ${a.uid}`, `${b.creationTimestamp} ${b.uid}`]
  return x < y ? -1 : 1
}
