import type { Json } from '../json.js'
import type { Clock, TrafficRouter } from '../ports.js'
import type { Snapshot } from '../snapshot.js'
import type { RolloutState } from '../state.js'
import { withDeadline } from './deadline.js'

/** Asks the router what is there; `unknown` when it fails or does not answer (default deadline 5,000 ms). */
export async function observe(
  router: TrafficRouter,
  clock: Clock,
  target: Json,
  { state, live = false, timeoutMs = 5000 }: { state: RolloutState; live?: boolean; timeoutMs?: number },
): Promise<Snapshot['traffic']> {
  const look = (signal: AbortSignal) => router.observe(target, { expected: [state.weight, state.from], live, signal })
  try {
    return await withDeadline(clock, timeoutMs, look, undefined, 'TRAFFIC_UNREACHABLE')
  } catch (error) {
    return { state: 'unknown', reason: `the routes can not be read: ${(error as Error).message}` }
  }
}
