import type { TrafficRouter } from '@birdwatch/core'
import { commit } from './commit.js'
import { failure, statusOf } from './failure.js'
import type { Kind, Kinds, Objects } from './objects.js'
import { isExposed, type Plan, planPreparation, planPromotion, planRollback, planShift } from './plan.js'
import { show } from './show.js'
import type { Labels } from './subsets.js'
import { type IstioTarget, readTarget, refOf } from './target.js'
import type { View } from './view.js'

export interface IstioRouterOptions {
  /** The way to the Kubernetes API. */
  readonly objects: Objects
  /** The cluster's DNS domain (default `cluster.local`). */
  readonly clusterDomain?: string
  /** The field manager of every write, by which the router knows its own (default `birdwatch`). */
  readonly fieldManager?: string
  /**
   * The labels of the canary's pod template, undefined while there is none. Both subsets must select them before any
   * weight moves; left out, that is not checked.
   */
  readonly podLabels?: (target: IstioTarget) => Labels | undefined
}

/**
 * A router for Istio: it moves weights between two subsets in the routes of one VirtualService, and points those
 * subsets at versions in one DestinationRule. Targets are made by `istioTarget()`.
 *
 * It rejects with TRAFFIC_MISSING, TRAFFIC_UNUSABLE, TRAFFIC_STALE, TRAFFIC_REFUSED or TRAFFIC_UNREACHABLE, and with
 * POLICY_INVALID for a target that is none.
 */
export function createIstioRouter(options: IstioRouterOptions): TrafficRouter {
  const { objects, clusterDomain = 'cluster.local', fieldManager = 'birdwatch', podLabels } = options

  const view = (target: IstioTarget, found: Pick<View, 'virtualService' | 'destinationRule'>): View => ({
    target,
    podLabels: podLabels?.(target),
    clusterDomain,
    ...found,
  })

  const remember = (target: IstioTarget) =>
    view(target, {
      virtualService: objects.get(refOf('VirtualService', target)),
      destinationRule: objects.get(refOf('DestinationRule', target)),
    })

  const look = async (target: IstioTarget, signal: AbortSignal) => {
    const [virtualService, destinationRule] = await Promise.all([
      read(objects, 'VirtualService', target, signal),
      read(objects, 'DestinationRule', target, signal),
    ])
    return view(target, { virtualService, destinationRule })
  }

  const write = (target: IstioTarget, plan: Plan, from: View, signal: AbortSignal) =>
    commit(plan, from, { objects, fieldManager, signal, look: () => look(target, signal) })

  return {
    contract: 1,

    observe: async (json, { expected = [], live = false, signal }) => {
      const target = readTarget(json)
      return show(live ? await look(target, signal) : remember(target), expected, fieldManager)
    },

    prepare: async (json, { version, signal }) => {
      const target = readTarget(json)
      await write(target, planPreparation(version), await look(target, signal), signal)
    },

    shift: async (json, weight, { token, signal }) => {
      if (!(weight >= 0 && weight <= 100)) throw new RangeError(`weight is ${weight}; it must be from 0 to 100 percent`)
      const target = readTarget(json)
      await write(target, planShift(weight, token), remember(target), signal)
    },

    rollback: async (json, { signal }) => {
      const target = readTarget(json)
      const known = remember(target)
      // That there is nothing to roll back is believed of the source only, never of the cache.
      await write(target, planRollback, isExposed(known) ? known : await look(target, signal), signal)
    },

    promote: async (json, { version, signal }) => {
      const target = readTarget(json)
      await write(target, planPromotion(version), remember(target), signal)
    },

    watch: (json, changed) => {
      const target = readTarget(json)
      const ends = [
        objects.watch(refOf('VirtualService', target), changed),
        objects.watch(refOf('DestinationRule', target), changed),
      ]
      return () => {
        for (const end of ends) end()
      }
    },
  }
}

async function read<K extends Kind>(
  objects: Objects,
  kind: K,
  target: IstioTarget,
  signal: AbortSignal,
): Promise<Kinds[K] | undefined> {
  const ref = refOf(kind, target)
  try {
    return await objects.read(ref, signal)
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw failure('get', ref, error)
  }
}
