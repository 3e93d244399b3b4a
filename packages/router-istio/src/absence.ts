import type { AbsentTraffic } from '@birdwatch/core'
import type { Kind, VirtualService } from './objects.js'
import { routesOf } from './routes.js'
import { nameOf, refOf } from './target.js'
import { fullHostOf, hostOf, type View } from './view.js'
import { destinationRuleYaml, destinationsYaml, virtualServiceYaml } from './yaml.js'

/** A sentence about one of the objects; `found` goes on from its name. */
export const sentence = (kind: Kind, { target }: View, found: string): string =>
  `${nameOf(refOf(kind, target))} ${found}.`

/** One object is not there, or both. */
export function noObject(view: View): AbsentTraffic {
  const { target, virtualService, destinationRule } = view
  const absent = [
    ...(virtualService ? [] : [{ kind: 'VirtualService' as const, yaml: virtualServiceYaml(target, hostOf(view)) }]),
    ...(destinationRule ? [] : [{ kind: 'DestinationRule' as const, yaml: destinationRuleYaml(target) }]),
  ]
  const names = absent.map(({ kind }) => nameOf(refOf(kind, target))).join(' and no ')
  const yaml = absent.map(each => each.yaml).join('\n---\n')
  return { state: 'missing', reason: `There is no ${names}; create it, for example:\n\n${yaml}` }
}

/** No route lists both destinations. */
export function noRoute(view: View, virtualService: VirtualService): AbsentTraffic {
  const { target } = view
  const { production, canary } = target.subsets
  const labels = routesOf(virtualService).map(({ label }) => label)
  const looked = labels.length === 0 ? 'it has no route at all' : `looked at ${labels.join(', ')}`
  const found = `No route of ${nameOf(refOf('VirtualService', target))} lists both subsets, ${production} and ${canary}, of the host ${fullHostOf(view)} (${looked})`
  return {
    state: 'missing',
    reason: `${found}; list them in every route that shall shift:\n\n${destinationsYaml(target, hostOf(view))}`,
  }
}
