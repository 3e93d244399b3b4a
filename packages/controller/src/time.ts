import { type Clock, systemClock } from '@birdwatch/core'

/** A clock that never jumps; only differences of its times mean anything. */
export const monotonicClock: Clock = { now: () => performance.now(), sleep: systemClock.sleep }
