import { type Clock, systemClock } from '@birdwatch/core'
import { systemClock as timers } from '@birdwatch/kube'

/** A clock that never jumps; only differences of its times mean anything. It can call back, too. */
export type MonotonicClock = Clock & typeof timers

export const monotonicClock: MonotonicClock = { ...timers, sleep: systemClock.sleep }
