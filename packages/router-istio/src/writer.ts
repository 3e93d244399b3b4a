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
 * so whoever changes one entry owns the whole list: it may have been another entry than ours. Times are whole seconds:
 * within one, the routes come before the subsets, and somebody else before us. Undefined when the API server tells none.
 */
export function lastWriter({ virtualService, routes, subsets }: Layout, self: string): Writer | undefined {
  const lists = new Set(routes.map(({ list }) => list))
  const ofRoutes = newest(ownersOf(virtualService.metadata.managedFields, [...lists]), self)
  const ofSubsets = newest(ownersOf(subsets.canary.rule.metadata.managedFields, ['subsets']), self)
  const last = (ofSubsets?.at ?? 0) > (ofRoutes?.at ?? 0) ? ofSubsets : (ofRoutes ?? ofSubsets)
  return last && { name: last.name, self: last.self }
}

const ownersOf = (
  entries: readonly ManagedFieldsEntry[] = [],
  fields: readonly (RouteList | 'subsets')[],
): ManagedFieldsEntry[] =>
  entries.filter(({ fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec']
    return typeof spec === 'object' && spec !== null && fields.some(field => `f:${field}` in spec)
  })

const newest = (owners: readonly ManagedFieldsEntry[], self: string) =>
  owners
    .map(({ manager = 'unknown', time = '' }) => ({ name: manager, self: manager === self, at: Date.parse(time) || 0 }))
    .sort((a, b) => b.at - a.at || Number(a.self) - Number(b.self))[0]
