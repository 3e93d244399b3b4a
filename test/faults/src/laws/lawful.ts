import { definePolicy, initialState, type Notice, type RolloutState } from '@birdwatch/core'
import type { RolloutStory } from '../story/story.js'
import { Cluster } from '../world/cluster.js'
import type { Facts } from './facts.js'
import type { Save } from './saves.js'

/** What every law has nothing to say against, for tests that change one thing of it. */

export const now = Date.UTC(2026, 0, 1)
const intervalMs = 5000
export const policy = definePolicy({
  increment: 10,
  interval: 5,
  ifUnhealthy: 'rollback',
  metric: 'x',
  deviation: 5,
  trafficLimit: 30,
})
export const story: RolloutStory = {
  spec: { increment: 10, interval: 5, if_unhealthy: 'rollback', traffic_limit: 30, at_limit: 'hold', propagation: 0 },
  plot: { is: 'healthy' },
  sum: 100,
}

const target = { name: 'shop/s1', service: 's1', canaryVersion: 'v2', ref: 's1' }

const raised = (from: number, to: number): RolloutState['reason'] => ({
  code: 'raised',
  from,
  to,
  limit: 30,
  metrics: [],
})

/** A state at 10 %, as it is saved. */
export const saved = (changes: Partial<RolloutState> = {}): RolloutState => ({
  ...initialState('uid', policy, target, now),
  rev: 4,
  step: 2,
  seq: 2,
  phase: 'Progressing',
  weight: 10,
  reason: raised(0, 10),
  ...changes,
})

export const notice = (seq: number, changes: Partial<Notice> = {}): Notice => ({
  id: `uid-1/${seq}/x`,
  rolloutId: 'uid-1',
  seq,
  reason: { code: 'started', version: 'v2' },
  snapshot: { name: 's1', service: 's1', phase: 'Progressing', weight: 10, canaryVersion: 'v2', at: now, metrics: [] },
  ...changes,
})

export function facts(changes: Partial<Facts> = {}): Facts {
  const cluster = new Cluster({ now, sleep: async () => {} })
  cluster.addRollout('s1', story)
  return {
    name: 's1',
    story,
    cluster,
    now,
    saves: [{ at: now - intervalMs, by: 'P1', state: saved() }],
    probes: [{ process: 'P1', rollout: 's1', at: now - 10, canary: 10, reading: 10 }],
    weightSince: now - 2 * intervalMs,
    weightBy: 'P1',
    raisedAt: now - 2 * intervalMs,
    reached: 10,
    abortedAt: Number.NEGATIVE_INFINITY,
    emptySince: undefined,
    unseen: false,
    ...changes,
  }
}

/** The save of a raise from 10 to 20 %. */
export function save(
  state: Partial<RolloutState> = {},
  before: Partial<RolloutState> = {},
  around: Partial<Facts> = {},
): Save {
  const raise: Partial<RolloutState> = { rev: 5, step: 3, weight: 20, reason: raised(10, 20) }
  const known = facts(around)
  known.cluster.setWeight('s1', 10)
  return {
    ...known,
    before: saved(before),
    startedAt: now - 100_000,
    save: { at: now, by: 'P1', state: saved({ ...raise, ...state }) },
  }
}
