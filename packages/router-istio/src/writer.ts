import type { ManagedFieldsEntry } from './objects.js'
import type { RouteList } from './routes.js'
import type { Layout } from './survey.js'

/** Who wrote last. */
export interface Writer {
  readonly name: string
  readonly self: boolean
}

/**
 * Who last wrote the lists that hold our routes, or the subsets: whichever is not as it should be; where the API server
 * tells nobody, the other. These lists have no merge key, so whoever changes one entry owns the whole list: it may have
 * been another entry than ours. Times are whole seconds: within one, somebody else comes before us. Undefined when the
 * API server tells none at all.
 */
export function lastWriter(
  { virtualService, routes, subsets }: Layout,
  wrong: 'routes' | 'subsets',
  self: string,
): Writer | undefined {
  const lists = new Set(routes.map(({ list }) => list))
  const ofRoutes = newest(ownersOf(virtualService.metadata.managedFields, [...lists]), self)
  const ofSubsets = newest(ownersOf(subsets.canary.rule.metadata.managedFields, ['subsets']), self)
  return wrong === 'routes' ? (ofRoutes ?? ofSubsets) : (ofSubsets ?? ofRoutes)
}

const ownersOf = (
  entries: readonly ManagedFieldsEntry[] = [],
  fields: readonly (RouteList | 'subsets')[],
): ManagedFieldsEntry[] =>
  entries.filter(({ fieldsV1 }) => {
    const spec = fieldsV1?.['f:spec']
    return typeof spec === 'object' && spec !== null && fields.some(field => `f:${field}` in spec)
  })

const newest = (owners: readonly ManagedFieldsEntry[], self: string): Writer | undefined => {
  const [last] = owners
    .map(({ manager = 'unknown', time = '' }) => ({ name: manager, self: manager === self, at: Date.parse(time) || 0 }))
    .sort((a, b) => b.at - a.at || Number(a.self) - Number(b.self))
  return last && { name: last.name, self: last.self }
}
