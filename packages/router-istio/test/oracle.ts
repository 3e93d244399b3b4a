import { applyPatch } from '../../../test/support/json-patch.js'
import type { Route, VirtualService, WeightedDestination } from '../src/objects.js'
import type { Change } from '../src/plan.js'

/**
 * What the router may touch, said once more and in another way than in its source: the properties compare the two.
 */

const hosts = ['aleph', 'aleph.default.svc.cluster.local']
const isOurs = (subset: string) => (entry: WeightedDestination) =>
  hosts.includes(entry.destination?.host ?? '') && entry.destination?.subset === subset

export const allRoutes = ({ spec = {} }: VirtualService): Route[] => [
  ...(spec.http ?? []),
  ...(spec.tcp ?? []),
  ...(spec.tls ?? []),
]

const destinationsOf = ({ route = [] }: Route) => route
const takesPart = (route: Route) =>
  destinationsOf(route).some(isOurs('production')) && destinationsOf(route).some(isOurs('canary'))

/** The weights of production, of the canary and of all destinations, of every route that takes part. */
export const shares = (service: VirtualService) =>
  allRoutes(service)
    .filter(takesPart)
    .map(route => ({
      production: destinationsOf(route).filter(isOurs('production')).map(weightOf),
      canary: destinationsOf(route).filter(isOurs('canary')).map(weightOf),
      all: destinationsOf(route).map(weightOf),
    }))

/** A VirtualService without the weights that are ours to change: nothing that is left may ever differ. */
export function withoutOurWeights({ metadata, spec = {} }: VirtualService): unknown {
  const { resourceVersion: _, ...rest } = metadata
  const blank = (route: Route): Route => ({
    ...route,
    ...(takesPart(route) && {
      route: destinationsOf(route).map(entry =>
        isOurs('production')(entry) || isOurs('canary')(entry) ? { destination: entry.destination ?? {} } : entry,
      ),
    }),
  })
  const lists = Object.fromEntries(
    Object.entries({ http: spec.http, tcp: spec.tcp, tls: spec.tls }).map(([list, routes]) => [
      list,
      routes?.map(blank),
    ]),
  )
  return { metadata: rest, spec: { ...spec, ...lists } }
}

/** The VirtualService after a change; the same one when there is none. */
export const applied = (service: VirtualService, change: Change | undefined): VirtualService =>
  applyPatch(service, change?.operations ?? [])

export const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0)

const weightOf = ({ weight = 0 }: WeightedDestination) => weight
