import { fullHost, type HostScope } from './host.js'
import type { Destination, Route, VirtualService } from './objects.js'
import type { IstioTarget } from './target.js'

export const routeLists = ['http', 'tcp', 'tls'] as const
export type RouteList = (typeof routeLists)[number]

/** A route and where it stands. */
export interface RouteAt {
  readonly list: RouteList
  /** JSON pointer of the route. */
  readonly path: string
  /** As people name it, e.g. `http[0] (primary)`. */
  readonly label: string
  readonly route: Route
}

/** One destination of ours in a route. */
export interface Portion {
  /** JSON pointer of the weighted destination. */
  readonly path: string
  readonly destination: Destination
  /** As written; undefined counts as 0. */
  readonly weight: number | undefined
}

/** A route that takes part: it lists both our destinations. */
export interface SharedRoute extends RouteAt {
  readonly production: readonly Portion[]
  readonly canary: readonly Portion[]
  /** What the destinations of others weigh in it. */
  readonly others: number
}

/** What counts of a written weight: an omitted one is 0 to Istio, a negative one is worth nothing. */
export const worth = ({ weight }: { weight?: number | undefined }): number => Math.max(0, weight ?? 0)

/** The sum of what these weigh. */
export const total = (portions: readonly { weight?: number | undefined }[]): number =>
  portions.reduce((sum, portion) => sum + worth(portion), 0)

/**
 * What production and canary share in a route. Envoy rejects a route in which nothing weighs anything: it is taken to
 * hold 100, and so is healed by whatever is written to it.
 */
export function sumOf({ production, canary, others }: SharedRoute): number {
  const held = total([...production, ...canary])
  return held + others > 0 ? held : 100
}

/** Every route of a VirtualService. */
export const routesOf = ({ spec }: VirtualService): RouteAt[] =>
  routeLists.flatMap(list =>
    (spec?.[list] ?? []).map((route, i) => ({
      list,
      path: `/spec/${list}/${i}`,
      label: `${list}[${i}]${route.name ? ` (${route.name})` : ''}`,
      route,
    })),
  )

/** The routes that list both destinations; `host` is the full one of the DestinationRule, which defines the subsets. */
export function sharedRoutes(
  virtualService: VirtualService,
  { subsets }: IstioTarget,
  host: string,
  scope: HostScope,
): SharedRoute[] {
  const ours = pointsAt(host, scope)
  return routesOf(virtualService).flatMap(at => {
    const portions = (at.route.route ?? []).map(({ destination = {}, weight }, i) => ({
      path: `${at.path}/route/${i}`,
      destination,
      weight,
    }))
    const production = portions.filter(({ destination }) => ours(destination, subsets.production))
    const canary = portions.filter(({ destination }) => ours(destination, subsets.canary))
    if (production.length === 0 || canary.length === 0) return []
    const others = total(portions.filter(portion => !production.includes(portion) && !canary.includes(portion)))
    return [{ ...at, production, canary, others }]
  })
}

/** A test for destinations of one subset of a full host, whatever the port, written within a scope. */
export const pointsAt =
  (host: string, scope: HostScope) =>
  (destination: Destination, subset: string): boolean =>
    destination.subset === subset && fullHost(destination.host ?? '', scope) === host
