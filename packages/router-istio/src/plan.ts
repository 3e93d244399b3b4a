import type { ObjectMeta, ObjectRef, Operation, VirtualService } from './objects.js'
import { guarded, versionOperations, type Wish, weightOperations } from './patch.js'
import { refusal, stale, usable } from './refusal.js'
import { type SharedRoute, sumOf, total, worth } from './routes.js'
import type { SubsetAt } from './subsets.js'
import { findOurSubset, findRoutes, podsProblem, survey } from './survey.js'
import { refOf } from './target.js'
import { isOutdated, tokenOf } from './token.js'
import type { View } from './view.js'
import { split } from './weights.js'

/** One write. */
export interface Change {
  readonly ref: ObjectRef
  readonly operations: readonly Operation[]
}

/**
 * What is to be written at this view, or undefined when nothing is. Throws TRAFFIC_MISSING, TRAFFIC_UNUSABLE or
 * TRAFFIC_STALE when nothing may be.
 */
export type Plan = (view: View) => Change | undefined

/** The canary's weight, while the traffic is still the one that the token names; a higher one only without a problem. */
export const planShift =
  (weight: number, token: string | undefined): Plan =>
  view => {
    const layout = usable(survey(view))
    if (token !== undefined && isOutdated(token, layout))
      throw stale(view, `is at ${tokenOf(layout)}; the weight was planned on ${token}`)
    if (layout.problem !== undefined && raises(layout.routes, weight)) throw refusal(layout.problem)
    return reweigh(view, layout.virtualService, weigh(layout.routes, weight))
  }

/** True when this weight gives the canary more in some route, or is to give it some while it has nothing anywhere. */
const raises = (routes: readonly SharedRoute[], weight: number): boolean => {
  const exposed = routes.some(({ canary }) => total(canary) > 0)
  return exposed ? routes.some(route => split(sumOf(route), weight) > total(route.canary)) : weight > 0
}

/** Weight 0 in every route that takes part, whatever else is wrong, and without a guard: it must not lose a race. */
export const planRollback: Plan = view => {
  const { routes } = usable(findRoutes(view))
  return writing(refOf('VirtualService', view.target), weigh(routes, 0))
}

/** True when a rollback has something to do. */
export function isExposed(view: View): boolean {
  const routing = findRoutes(view)
  return !('state' in routing) && weigh(routing.routes, 0).length > 0
}

/** The canary subset's version. It may only move while the subset gets no traffic: the view must be a live one. */
export const planPreparation =
  (version: string): Plan =>
  view => {
    const { subsets, routes, problem } = usable(survey(view))
    if (problem !== undefined) throw refusal(problem)
    if (subsets.canary.version !== version && routes.some(({ canary }) => total(canary) > 0)) {
      throw stale(view, `still goes in part to the subset ${subsets.canary.name}, which was to select ${version}`)
    }
    return relabel(view, subsets.canary, version)
  }

/**
 * First the production subset's version, then, at the next call, its weight: in between, both subsets select the same
 * pods, so that no request is lost whatever the proxies have heard of.
 */
export const planPromotion =
  (version: string): Plan =>
  view => {
    const production = usable(findOurSubset(view, 'production'))
    if (production.version === version) {
      const { virtualService, routes } = usable(findRoutes(view))
      return reweigh(view, virtualService, weigh(routes, 0))
    }
    // An undo goes back to other pods than the canary's.
    const problem = version === view.target.canaryVersion ? podsProblem([production], view) : undefined
    if (problem !== undefined) throw refusal(problem)
    return relabel(view, production, version)
  }

const reweigh = ({ target }: View, { metadata }: VirtualService, operations: readonly Operation[]) =>
  writing(refOf('VirtualService', target), operations, metadata)

const relabel = ({ target }: View, subset: SubsetAt, version: string) =>
  writing(refOf('DestinationRule', target), versionOperations(subset, version), subset.rule.metadata)

function writing(ref: ObjectRef, operations: readonly Operation[], guard?: ObjectMeta): Change | undefined {
  if (operations.length === 0) return undefined
  return { ref, operations: guard ? guarded(guard, operations) : operations }
}

/** Gives the canary `weight` percent of what it holds together with production, in every route. */
const weigh = (routes: readonly SharedRoute[], weight: number): Operation[] =>
  routes.flatMap(route => weightOperations(wishes(route, weight)))

function wishes(route: SharedRoute, weight: number): Wish[] {
  const { production, canary } = route
  const sum = sumOf(route)
  const part = split(sum, weight)
  const rest = sum - part - total(production.slice(1))
  return [
    ...production.map((portion, i) => ({ portion, weight: i === 0 ? rest : worth(portion) })),
    ...canary.map((portion, i) => ({ portion, weight: i === 0 ? part : 0 })),
  ]
}
