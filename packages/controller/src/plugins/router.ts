import { BirdWatchError, codeOf, messageOf, type Traffic, type TrafficRouter } from '@birdwatch/core'
import { counted, type PluginCall } from './guard.js'

/**
 * A router, counted, and its errors made those of the catalogue. There is neither a retry nor a suspension around it: the
 * engine bounds and repeats every call by itself, and the write that takes a canary out of production waits for nothing.
 *
 * @param current what was made; throws why it was not
 */
export function guardedRouter(
  instance: string,
  current: () => TrafficRouter,
  observe?: (call: PluginCall) => void,
): TrafficRouter {
  const call = <T>(
    method: Exclude<keyof TrafficRouter, 'contract'>,
    signal: AbortSignal,
    work: (router: TrafficRouter) => Promise<T>,
  ): Promise<T> =>
    counted({ kind: 'traffic-router', instance, method }, signal, observe, async () => {
      try {
        return await work(current())
      } catch (error) {
        if (signal.aborted || codeOf(error) !== undefined) throw error
        throw new BirdWatchError('TRAFFIC_UNREACHABLE', messageOf(error), { cause: error })
      }
    })
  return {
    contract: 1,
    observe: (target, options) =>
      call('observe', options.signal, async router => trafficOf(await router.observe(target, options))),
    prepare: (target, change) => call('prepare', change.signal, router => router.prepare(target, change)),
    shift: (target, weight, change) => call('shift', change.signal, router => router.shift(target, weight, change)),
    rollback: (target, change) => call('rollback', change.signal, router => router.rollback(target, change)),
    promote: (target, change) => call('promote', change.signal, router => router.promote(target, change)),
    ...(watches(current) && { watch: (target, changed) => current().watch?.(target, changed) ?? (() => {}) }),
  }
}

/** Whether it can tell of changes; one that is not made can not. */
function watches(current: () => TrafficRouter): boolean {
  try {
    return current().watch !== undefined
  } catch {
    return false
  }
}

/** What a router answered, if it is what the contract says: a weight that is no percentage must not be decided on. */
function trafficOf(answer: Traffic): Traffic {
  const { state, weight, reason } = (answer ?? {}) as { state?: unknown; weight?: unknown; reason?: unknown }
  const ready = state === 'ready' && typeof weight === 'number' && weight >= 0 && weight <= 100
  const absent = (state === 'missing' || state === 'unusable') && typeof reason === 'string'
  if (ready || absent) return answer
  throw new BirdWatchError(
    'TRAFFIC_UNUSABLE',
    `the router plugin answered with state ${String(state)} and weight ${String(weight)}; it must be ready with a weight from 0 to 100, or missing or unusable with a reason`,
  )
}
