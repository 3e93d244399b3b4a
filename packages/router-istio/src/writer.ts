import type { ManagedFieldsEntry } from './objects.js'
import type { RouteList } from './routes.js'
import type { Layout } from './survey.js'

/** Who wrote last. */
export interface Writer {
  readonly name: string
  readonly self: boolean
}

/**
 * Who last wrote what the router watches over: the lists of its routes, or the subsets. These lists have no merge key,
 * so whoever changes one entry owns the whole list: it may have been another entry than ours. Within one second, the
 * resolution of the times, somebody else comes before us: their hand wins. Undefined when the API server does not tell.
 */
export function lastWriter({ virtualService, routes, subsets }: Layout, self: string): Writer | undefined {
  const lists = [...new Set(routes.map(({ list }) => list))]
  const entries = [
    ...ownersOf(virtualService.metadata.managedFields, lists),
    ...ownersOf(subsets.canary.rule.metadata.managedFields, ['subsets']),
  ].map(({ manager = 'unknown', time = '' }) => ({ name: manager, self: manager === self, at: Date.parse(time) || 0 }))
  const [newest] = entries.sort((a, b) => b.at - a.at || Number(a.self) - Number(b.self))
  return newest && { name: newest.name, self: newest.self }
}

const ownersOf = (
  entries: readonly ManagedFieldsEntry[] = [],
  fields: readonly (RouteList | 'subsets')[],
): ManagedFieldsEntry[] =>
  entries.filter(({ fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec']
    return typeof spec === 'object' && spec !== null && fields.some(field => `f:${field}` in spec)
  })
