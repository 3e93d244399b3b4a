import { type RouteAt, type SharedRoute, sumOf, total } from './routes.js'
import { type Labels, mismatch, type SubsetAt } from './subsets.js'
import type { IstioTarget } from './target.js'

/**
 * Why a route of the VirtualService cannot work, or undefined. Envoy takes all routes of a port or none: one that it
 * rejects, ours or not, keeps every later weight from taking effect, and nobody is told.
 */
export function rejectedByEnvoy({ label, route: { route = [] } }: RouteAt): string | undefined {
  if (route.length < 2) return undefined // a single destination gets everything, whatever its weight
  const negative = route.find(({ weight = 0 }) => weight < 0)
  const silent = 'Envoy rejects that and silently keeps the routes from before'
  if (negative) return `has the weight ${negative.weight} in ${label}: ${silent}; write weights of 0 and above`
  return total(route) > 0 ? undefined : `has no weight above 0 in ${label}: ${silent}; give one destination a weight`
}

/** Why a route that lists both destinations cannot be split, or undefined. */
export function indivisible({ label, production, canary }: SharedRoute, { subsets }: IstioTarget): string | undefined {
  const twice = production.length > 1 ? subsets.production : canary.length > 1 ? subsets.canary : undefined
  if (twice === undefined) return undefined
  return `lists the subset ${twice} more than once in ${label}: which of them is to get more is not clear; list it once`
}

/** Why there is nothing to split, or undefined. */
export function nothingToSplit(routes: readonly SharedRoute[]): string | undefined {
  if (routes.some(route => sumOf(route) > 0)) return undefined
  const labels = routes.map(({ label }) => label).join(', ')
  return `gives production and canary no weight in ${labels}: other destinations hold all of it; give production a part`
}

/** Why the subsets would miss the canary's pods, or undefined; both count, because promotion needs both. */
export function missesPods(
  subsets: readonly SubsetAt[],
  { canaryVersion }: IstioTarget,
  pods: Labels,
): string | undefined {
  for (const subset of subsets) {
    const miss = mismatch(subset, canaryVersion, pods)
    if (miss) {
      const found = miss.found === undefined ? 'do not have it' : `have ${miss.label}=${miss.found}`
      return `selects ${miss.label}=${miss.wanted} in the subset ${subset.name}, but the pods of ${canaryVersion} ${found}: it would select none of them; make the two agree`
    }
  }
  return undefined
}
