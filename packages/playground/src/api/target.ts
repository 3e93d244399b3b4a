import type { Catalog } from './catalog.js'
import type { Resource } from './resources/resource.js'

/** What the path of a request is about. */
export interface Target {
  readonly resource: Resource
  readonly version: string
  /** Undefined for a cluster-wide resource, and for a list over all namespaces. */
  readonly namespace: string | undefined
  /** Undefined for a collection. */
  readonly name: string | undefined
  readonly subresource: 'status' | 'scale' | undefined
}

/** A target that is one object. */
export type ObjectTarget = Target & { readonly name: string }

/** Finds what a path is about; undefined when nothing is served there. */
export function targetOf(catalog: Catalog, segments: readonly string[]): Target | undefined {
  const [root, ...rest] = segments
  if (root === 'api') return within(catalog, '', rest)
  const [group = '', ...below] = rest
  return root === 'apis' ? within(catalog, group, below) : undefined
}

function within(catalog: Catalog, group: string, [version = '', ...path]: readonly string[]): Target | undefined {
  const isInNamespace = path[0] === 'namespaces' && path.length > 2
  const inNamespace = isInNamespace ? served(catalog, group, version, path.slice(2), path[1]) : undefined
  return inNamespace ?? served(catalog, group, version, path, undefined)
}

function served(
  catalog: Catalog,
  group: string,
  version: string,
  [plural = '', name, subresource, ...rest]: readonly string[],
  namespace: string | undefined,
): Target | undefined {
  const resource = catalog.find(group, version, plural)
  if (!resource || rest.length > 0) return undefined
  const needsNamespace = resource.namespaced && name !== undefined
  if (needsNamespace ? namespace === undefined : !resource.namespaced && namespace !== undefined) return undefined
  const known = resource.subresources.find(candidate => candidate === subresource)
  return subresource === known ? { resource, version, namespace, name, subresource: known } : undefined
}

/** The key under which an object is stored. */
export const keyOf = (namespace: string | undefined, name: string): string =>
  namespace === undefined ? name : `${namespace}/${name}`
