import type { AbsentTraffic } from '@birdwatch/core'
import { noObject, noRoute, sentence } from './absence.js'
import type { VirtualService } from './objects.js'
import { indivisible, missesPods, nothingToSplit, rejectedByEnvoy } from './problems.js'
import { routesOf, type SharedRoute, sharedRoutes } from './routes.js'
import { findSubset, type SubsetAt } from './subsets.js'
import { fullHostOf, type View } from './view.js'

/** The routes of a target that take part. */
export interface Routing {
  readonly virtualService: VirtualService
  readonly routes: readonly SharedRoute[]
}

/** A target whose weights and versions can be told. */
export interface Layout extends Routing {
  readonly subsets: { readonly production: SubsetAt; readonly canary: SubsetAt }
  /** Why the canary may not get more, in a sentence; less it always may. */
  readonly problem: string | undefined
}

/** Finds everything that shifting needs, or says what is in the way. */
export function survey(view: View): Layout | AbsentTraffic {
  if (view.destinationRule === undefined) return noObject(view)
  const routing = findRoutes(view)
  if ('state' in routing) return routing
  const production = findOurSubset(view, 'production')
  if ('state' in production) return production
  const canary = findOurSubset(view, 'canary')
  if ('state' in canary) return canary
  const problem = podsProblem([production, canary], view) ?? routesProblem(routing, view)
  return { ...routing, subsets: { production, canary }, problem }
}

/** Why these subsets can not serve with the canary's pods, in a sentence. */
export function podsProblem(subsets: readonly SubsetAt[], view: View): string | undefined {
  const missed = view.podLabels && missesPods(subsets, view.target, view.podLabels)
  return missed && sentence('DestinationRule', view, missed)
}

/** Why the routes can not give the canary more, in a sentence. */
function routesProblem({ virtualService, routes }: Routing, view: View): string | undefined {
  const found =
    first(routes.map(route => indivisible(route, view.target))) ??
    first(routesOf(virtualService).map(rejectedByEnvoy)) ??
    nothingToSplit(routes)
  return found && sentence('VirtualService', view, found)
}

/** Finds the routes that take part; a rollback needs nothing else. */
export function findRoutes(view: View): Routing | AbsentTraffic {
  const { target, virtualService, clusterDomain } = view
  if (virtualService === undefined) return noObject(view)
  const scope = { namespace: target.namespace, clusterDomain }
  const routes = sharedRoutes(virtualService, target, fullHostOf(view), scope)
  return routes.length > 0 ? { virtualService, routes } : noRoute(view, virtualService)
}

/** Finds one of our two subsets. */
export function findOurSubset(view: View, role: 'production' | 'canary'): SubsetAt | AbsentTraffic {
  if (view.destinationRule === undefined) return noObject(view)
  const found = findSubset(view.destinationRule, view.target.subsets[role])
  return typeof found === 'string' ? { state: 'unusable', reason: sentence('DestinationRule', view, found) } : found
}

const first = (problems: readonly (string | undefined)[]) => problems.find(problem => problem !== undefined)
