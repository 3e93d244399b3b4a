import { fullHost } from './host.js'
import type { DestinationRule, VirtualService } from './objects.js'
import { pointsAt, type RouteAt, routesOf, sharedRoutes } from './routes.js'
import type { IstioTarget } from './target.js'

/** A use of our subsets that the router does not shift, but that notices when a subset selects another version. */
export interface SubsetUse {
  /** `namespace/name` of the VirtualService. */
  readonly virtualService: string
  /** The route as people name it, e.g. `http[1] (testers)`. */
  readonly route: string
  readonly subset: string
  /** True when the route sends copies there, false when it sends requests. */
  readonly mirrored: boolean
}

export interface SharedSubsetsOptions {
  /** Names the host of the subsets; without it the host is taken to be the service. */
  readonly destinationRule?: DestinationRule | undefined
  /** Default `cluster.local`. */
  readonly clusterDomain?: string
}

/** Lists who else uses the subsets of a target: other VirtualServices, mirrors, and routes pinned to one subset. */
export function sharedSubsets(
  virtualServices: readonly VirtualService[],
  target: IstioTarget,
  { destinationRule, clusterDomain = 'cluster.local' }: SharedSubsetsOptions = {},
): SubsetUse[] {
  const { namespace, subsets } = target
  const host = fullHost(destinationRule?.spec?.host ?? target.service, { namespace, clusterDomain })
  return virtualServices.flatMap(virtualService => {
    const { metadata } = virtualService
    const scope = { namespace: metadata.namespace, clusterDomain }
    const own = metadata.namespace === namespace && metadata.name === target.service
    const shifted = own ? sharedRoutes(virtualService, target, host, scope).map(({ path }) => path) : []
    const ours = pointsAt(host, scope)
    return routesOf(virtualService).flatMap(at =>
      usesOf(at, !shifted.includes(at.path)).flatMap(({ destination = {}, mirrored }) =>
        [subsets.production, subsets.canary]
          .filter(subset => ours(destination, subset))
          .map(subset => ({
            virtualService: `${metadata.namespace}/${metadata.name}`,
            route: at.label,
            subset,
            mirrored,
          })),
      ),
    )
  })
}

const usesOf = ({ route: { route = [], mirror, mirrors = [] } }: RouteAt, withDestinations: boolean) => [
  ...(withDestinations ? route : []).map(({ destination }) => ({ destination, mirrored: false })),
  ...[{ destination: mirror }, ...mirrors].map(({ destination }) => ({ destination, mirrored: true })),
]
