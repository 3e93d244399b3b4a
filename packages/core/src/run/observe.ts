import { withDeadline } from '../deadline.js'
import { messageOf, silence } from '../errors.js'
import type { Json } from '../json.js'
import type { Clock, Readiness, ReadinessReport, TrafficRouter } from '../ports.js'
import type { Snapshot } from '../snapshot.js'
import type { RolloutState } from '../state.js'

const defaultTimeoutMs = 5000

/** Asks the router what is there; `unknown` when it fails or does not answer (default deadline 5,000 ms). */
export async function observe(
  router: TrafficRouter,
  clock: Clock,
  target: Json,
  { state, live = false, timeoutMs = defaultTimeoutMs }: { state: RolloutState; live?: boolean; timeoutMs?: number },
): Promise<Snapshot['traffic']> {
  const look = (signal: AbortSignal) => router.observe(target, { expected: [state.weight, state.from], live, signal })
  try {
    return await withDeadline({ ms: timeoutMs, late: silence('TRAFFIC_UNREACHABLE', timeoutMs), clock }, look)
  } catch (error) {
    return { state: 'unknown', reason: `the routes can not be read: ${messageOf(error)}` }
  }
}

/** Asks which versions can serve; when that fails or takes longer than 5,000 ms, nothing is known. */
export async function readinessOf(
  readiness: Readiness,
  clock: Clock,
  target: Json,
  versions: { canaryVersion: string; productionVersion?: string },
): Promise<ReadinessReport> {
  try {
    return await withDeadline(
      { ms: defaultTimeoutMs, late: silence('TRAFFIC_UNREACHABLE', defaultTimeoutMs), clock },
      () => readiness.read(target, versions),
    )
  } catch (error) {
    return { unknown: `which pods can serve is not known: ${messageOf(error)}` }
  }
}
