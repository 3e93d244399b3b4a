import type { AbsentTraffic } from '@birdwatch/core'
import { noObject, noRoute, unusable } from './absence.js'
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

/** A target whose traffic can be shifted. */
export interface Layout extends Routing {
  readonly subsets: { readonly production: SubsetAt; readonly canary: SubsetAt }
}

/** Finds everything that shifting needs, or says what is in the way. */
export function survey(view: View): Layout | AbsentTraffic {
  const { target, destinationRule, podLabels } = view
  if (destinationRule === undefined) return noObject(view)
  const routing = findRoutes(view)
  if ('state' in routing) return routing
  const production = findOurSubset(view, 'production')
  if ('state' in production) return production
  const canary = findOurSubset(view, 'canary')
  if ('state' in canary) return canary
  const missed = podLabels && missesPods([production, canary], target, podLabels)
  if (missed) return unusable('DestinationRule', view, missed)
  const { virtualService, routes } = routing
  const problem =
    first(routes.map(route => indivisible(route, target))) ??
    first(routesOf(virtualService).map(rejectedByEnvoy)) ??
    nothingToSplit(routes)
  return problem
    ? unusable('VirtualService', view, problem)
    : { virtualService, routes, subsets: { production, canary } }
}

/** Finds the routes that take part; a rollback needs nothing else. */
export function findRoutes(view: View): Routing | AbsentTraffic {
  const { target, virtualService, clusterDomain } = view
  if (virtualService === undefined) return noObject(view)
  const scope = { namespace: target.namespace, clusterDomain }
  const routes = sharedRoutes(virtualService, target, fullHostOf(view), scope)
  return routes.length > 0 ? { virtualService, routes } : noRoute(view)
}

/** Finds one of our two subsets. */
export function findOurSubset(view: View, role: 'production' | 'canary'): SubsetAt | AbsentTraffic {
  if (view.destinationRule === undefined) return noObject(view)
  const found = findSubset(view.destinationRule, view.target.subsets[role])
  return typeof found === 'string' ? unusable('DestinationRule', view, found) : found
}

const first = (problems: readonly (string | undefined)[]) => problems.find(problem => problem !== undefined)
