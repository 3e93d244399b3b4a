import { apiError } from '../errors.js'
import type { KubeObject } from '../object.js'
import { apiVersionOf } from '../resources/resource.js'
import type { Page } from '../store/page.js'
import type { Target } from '../target.js'
import { tableView } from './table.js'

/** How objects are shown to who asked for them. */
export interface View {
  one(object: KubeObject): object
  list(page: Page): object
  /** The renderer of one watch: a table names its columns only once. */
  events(): (object: KubeObject) => object
}

/** Chooses the first of the media types in `accept` that is served: JSON, as it is, as a table, or its metadata only. */
export function viewFor(accept: string | undefined, target: Target, query: URLSearchParams, now: () => number): View {
  for (const type of (accept || '*/*').split(',')) {
    const [media = '', ...parameters] = type.split(';').map(part => part.trim())
    if (!['application/json', 'application/*', '*/*'].includes(media)) continue
    const { as, v } = Object.fromEntries(parameters.map(parameter => parameter.split('=')))
    if (as === undefined) return plainView(target)
    if (v !== 'v1') continue
    if (as === 'Table') return tableView(target, query, now)
    if (as.startsWith('PartialObjectMetadata')) return metadataView
  }
  throw apiError('NotAcceptable', 'only the following media types are accepted: application/json')
}

function plainView({ resource, version }: Target): View {
  const apiVersion = apiVersionOf(resource, version)
  return {
    one: object => object,
    list: ({ items, metadata }) => ({ apiVersion, kind: `${resource.kind}List`, metadata, items }),
    events: () => object => object,
  }
}

/** The object without all but its metadata. */
export const partial = ({ metadata }: KubeObject): object => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata,
})

const metadataView: View = {
  one: partial,
  list: ({ items, metadata }) => ({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(partial),
  }),
  events: () => partial,
}
