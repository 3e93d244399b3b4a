import { type AbsentTraffic, BirdWatchError } from '@birdwatch/core'
import type { View } from './view.js'

/** What was looked for; throws TRAFFIC_MISSING or TRAFFIC_UNUSABLE when it is not to be had. */
export function usable<T extends object>(found: T | AbsentTraffic): T {
  if (!('state' in found)) return found
  throw found.state === 'missing' ? new BirdWatchError('TRAFFIC_MISSING', found.reason) : refusal(found.reason)
}

/** What is there must not be used like this. */
export const refusal = (reason: string): BirdWatchError => new BirdWatchError('TRAFFIC_UNUSABLE', reason)

/** The traffic is no longer what was planned on. */
export const stale = ({ target }: View, found: string): BirdWatchError =>
  new BirdWatchError(
    'TRAFFIC_STALE',
    `The traffic of ${target.namespace}/${target.service} ${found}. Nothing was written; observe it again.`,
  )
