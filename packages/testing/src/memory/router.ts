import {
  type AbsentTraffic,
  BirdWatchError,
  canonical,
  type Json,
  type Traffic,
  type TrafficRouter,
} from '@birdwatch/core'
import { type Fault, type FaultOptions, Faults } from './faults.js'
import { MemoryMesh, type MemoryMeshOptions, type RouteChange, type Routes } from './mesh.js'

export type RouterOperation = 'observe' | 'prepare' | 'shift' | 'rollback' | 'promote'

export interface MemoryRouterOptions extends MemoryMeshOptions, FaultOptions<RouterOperation> {
  /** The routes; give two routers the same to simulate two processes (default: a mesh of its own). */
  readonly mesh?: MemoryMesh
  /** As whom it writes; routers of one name know each other's writes for their own (default `birdwatch`). */
  readonly name?: string
  /** Returns only `state` and `weight`, ignores tokens and promotes in one step, as the simplest of routers would. */
  readonly simple?: boolean
  /** Shows changes of others, and writes of its own that were not answered, only after `deliver` or a live read. */
  readonly cached?: boolean
}

/** A router without network, for tests and simulations. */
export interface MemoryRouter extends TrafficRouter {
  readonly mesh: MemoryMesh
  /** Changes the routes as somebody else; a number is a weight. Without `target`, the only one used so far. */
  write(by: string, change: number | RouteChange, target?: Json): void
  /** Scripts what goes wrong with the next `times` calls (default 1) of an operation. */
  fault(on: RouterOperation, fault: Fault, times?: number): void
  /** Lets a cached router see the present routes, as a watch event would. */
  deliver(target?: Json): void
  watch(target: Json, changed: () => void): () => void
}

const telling = {
  refused: (operation: string) => new BirdWatchError('TRAFFIC_REFUSED', `${operation} was refused, as scripted`),
  unanswered: (operation: string) =>
    new BirdWatchError('TRAFFIC_UNREACHABLE', `${operation} got no answer, as scripted`),
}

const absentCodes = { missing: 'TRAFFIC_MISSING', unusable: 'TRAFFIC_UNUSABLE' } as const

export function memoryRouter(options: MemoryRouterOptions = {}): MemoryRouter {
  const { mesh = new MemoryMesh(options), name = 'birdwatch', simple = false, cached = false } = options
  const faults = new Faults<RouterOperation>(telling, options)
  const targets = new Map<string, Json>()
  const seen = new Map<string, Routes | AbsentTraffic>()
  const watchers = new Map<string, Set<() => void>>()

  const use = (target: Json) => targets.set(canonical(target), target)
  const see = (target: Json) => {
    seen.set(canonical(target), mesh.read(target))
    for (const changed of watchers.get(canonical(target)) ?? []) changed()
  }
  if (!cached) mesh.listen(see)

  const only = (): Json => {
    const [target, ...others] = targets.values()
    if (target === undefined || others.length > 0) throw new TypeError(`name one target: ${targets.size} are in use`)
    return target
  }

  const show = (routes: Routes, expected: readonly number[]): Traffic => {
    const resolution = 100 / mesh.unitsInAll
    const weight = expected.find(w => mesh.toUnits(w) === routes.units) ?? routes.units * resolution
    if (simple) return { state: 'ready', weight }
    const { production, canary, generation, writer } = routes
    return {
      state: 'ready',
      weight,
      resolution,
      settled: production !== canary || routes.units === 0,
      versions: { production, canary },
      generation,
      writer: { name: writer, self: writer === name },
      token: String(generation),
    }
  }

  const change = async (
    operation: RouterOperation,
    target: Json,
    signal: AbortSignal,
    plan: (routes: Routes) => RouteChange,
  ): Promise<void> => {
    use(target)
    await faults.pass(operation, signal, () => {
      const routes = mesh.read(target)
      if ('state' in routes) throw new BirdWatchError(absentCodes[routes.state], routes.reason)
      mesh.write(target, name, plan(routes))
    })
    if (cached) see(target)
  }

  return {
    contract: 1,
    mesh,
    observe: (target, { expected = [], live = false, signal }) => {
      use(target)
      return faults.pass('observe', signal, () => {
        if (!cached || live || !seen.has(canonical(target))) seen.set(canonical(target), mesh.read(target))
        const routes = seen.get(canonical(target)) ?? mesh.read(target)
        return 'state' in routes ? routes : show(routes, expected)
      })
    },
    prepare: (target, { version, signal }) => change('prepare', target, signal, () => ({ canary: version })),
    shift: (target, weight, { token, signal }) =>
      change('shift', target, signal, ({ generation }) => {
        if (simple || token === undefined || token === String(generation)) return { weight }
        throw new BirdWatchError('TRAFFIC_STALE', `the routes are at ${generation}, the weight was planned on ${token}`)
      }),
    rollback: (target, { signal }) => change('rollback', target, signal, () => ({ weight: 0 })),
    promote: (target, { version, signal }) =>
      change('promote', target, signal, ({ production }) => {
        // Production takes over the version first, so that taking the canary's weight away moves nobody back.
        if (simple) return { production: version, weight: 0 }
        return production === version ? { weight: 0 } : { production: version }
      }),
    watch: (target, changed) => {
      const key = canonical(target)
      const ofTarget = watchers.get(key) ?? new Set()
      watchers.set(key, ofTarget.add(changed))
      return () => ofTarget.delete(changed)
    },
    write: (by, change, target = only()) =>
      mesh.write(target, by, typeof change === 'number' ? { weight: change } : change),
    fault: faults.script,
    deliver: (target = only()) => see(target),
  }
}
