import type { Catalog } from '../catalog.js'
import { apiVersionOf, type Resource } from '../resources/resource.js'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

/** What is served, in the words of Kubernetes's discovery; undefined where a path is none of its. */
export function discover(catalog: Catalog, [root, first, second, ...rest]: readonly string[]): object | undefined {
  if (rest.length > 0) return undefined
  if (root === 'api' && second === undefined)
    return first === undefined ? coreVersions : resourcesOf(catalog, '', first)
  if (root !== 'apis') return undefined
  if (first === undefined)
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: catalog.groups.map(group => groupOf(catalog, group)) }
  if (!catalog.groups.includes(first)) return undefined
  if (second === undefined) return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(catalog, first) }
  return resourcesOf(catalog, first, second)
}

const coreVersions = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }

function groupOf(catalog: Catalog, group: string): object {
  const versions = catalog.versionsOf(group).map(version => ({ groupVersion: `${group}/${version}`, version }))
  return { name: group, versions, preferredVersion: versions[0] }
}

function resourcesOf(catalog: Catalog, group: string, version: string): object | undefined {
  if (!catalog.versionsOf(group).includes(version)) return undefined
  const resources = catalog.resources.filter(r => r.group === group && r.versions.includes(version)).flatMap(describe)
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: apiVersionOf({ group }, version), resources }
}

function describe({ plural, singular, namespaced, kind, shortNames, categories, subresources }: Resource): object[] {
  const lists = {
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  }
  return [
    { name: plural, singularName: singular, namespaced, kind, verbs, ...lists },
    ...subresources.map(name => ({
      name: `${plural}/${name}`,
      singularName: '',
      namespaced,
      ...(name === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { kind }),
      verbs: ['get', 'patch', 'update'],
    })),
  ]
}
