import { type AbsentTraffic, BirdWatchError } from '@birdwatch/core'
import type { View } from './view.js'

/** What was looked for; throws TRAFFIC_MISSING or TRAFFIC_UNUSABLE when it is not to be had. */
export function usable<T extends object>(found: T | AbsentTraffic): T {
  if ('state' in found) throw refusal(found)
  return found
}

export const refusal = ({ state, reason }: AbsentTraffic): BirdWatchError =>
  new BirdWatchError(state === 'missing' ? 'TRAFFIC_MISSING' : 'TRAFFIC_UNUSABLE', reason)

/** The traffic is no longer what was planned on. */
export const stale = ({ target }: View, found: string): BirdWatchError =>
  new BirdWatchError(
    'TRAFFIC_STALE',
    `The traffic of ${target.namespace}/${target.service} ${found}. Nothing was written; observe it again.`,
  )
