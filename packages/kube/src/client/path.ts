export interface ResourceRef {
  /** The API group; empty for the core group. */
  group: string
  version: string
  /** The plural name, e.g. `deployments`. */
  plural: string
  namespace?: string | undefined
  name?: string | undefined
  /** E.g. `status`. */
  subresource?: string | undefined
}

/** The URL path of a collection or, with `name`, of one object. Every part is escaped. */
export function resourcePath({ group, version, plural, namespace, name, subresource }: ResourceRef): string {
  const parts = group === '' ? ['api', version] : ['apis', group, version]
  if (namespace !== undefined) parts.push('namespaces', namespace)
  parts.push(plural)
  if (name !== undefined) parts.push(name)
  if (subresource !== undefined) parts.push(subresource)
  return parts.map(part => `/${encodeURIComponent(part)}`).join('')
}
