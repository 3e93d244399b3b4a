/**
 * A rollout without Kubernetes: a router in this very process sends a growing share of calls to a new version,
 * and sends everything back when the new version fails more than the old one did.
 */
import { createRollout, type Rollout, type RolloutOptions, type TrafficRouter } from '@birdwatch/core'

let share = 0
const errors: number[] = []

/** Calls the version that the router picks, and counts what goes wrong. */
export async function call(versions: { old: () => Promise<unknown>; new: () => Promise<unknown> }): Promise<void> {
  const canary = Math.random() * 100 < share
  await (canary ? versions.new() : versions.old()).catch(() => errors.push(Date.now()))
}

const send = async (percent: number) => {
  share = percent
}
const router: TrafficRouter = {
  contract: 1,
  observe: async () => ({ state: 'ready', weight: share }),
  prepare: async () => {},
  shift: (_target, weight) => send(weight),
  rollback: () => send(0),
  promote: () => send(100),
}

export function rollOut(options: Partial<RolloutOptions> = {}): Rollout {
  const rollout = createRollout(
    {
      metric: 'errors in the last second',
      deviation: 5,
      increment: 10,
      interval: 1,
      ifUnhealthy: 'rollback',
      propagation: 0,
    },
    {
      canaryVersion: 'v2',
      router,
      metrics: { contract: 1, query: async (_query, { at }) => ({ value: errors.filter(e => e > at - 1000).length }) },
      ...options,
    },
  )
  rollout.on(({ message }) => console.log(message))
  return rollout
}
