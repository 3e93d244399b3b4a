import type { Catalog } from '../catalog.js'
import { apiVersionOf, type Resource } from '../resources/resource.js'

/**
 * As much of OpenAPI v3 as kubectl reads before it applies: that the server checks fields by itself. There are no
 * schemas in it, so `kubectl explain` knows nothing.
 */
export function openApi(catalog: Catalog, [openapi, v3, ...path]: readonly string[]): object | undefined {
  if (openapi !== 'openapi' || v3 !== 'v3') return undefined
  const groups = ['', ...catalog.groups].flatMap(group =>
    catalog.versionsOf(group).map(version => ({ group, version })),
  )
  const rootOf = ({ group, version }: { group: string; version: string }) =>
    `${group === '' ? 'api' : 'apis'}/${apiVersionOf({ group }, version)}`
  if (path.length === 0) {
    const paths = groups.map(served => [rootOf(served), { serverRelativeURL: `/openapi/v3/${rootOf(served)}` }])
    return { paths: Object.fromEntries(paths) }
  }
  const served = groups.find(candidate => rootOf(candidate) === path.join('/'))
  if (!served) return undefined
  const { group, version } = served
  const resources = catalog.resources.filter(r => r.group === group && r.versions.includes(version))
  return {
    openapi: '3.0.0',
    info: { title: 'BirdWatch playground', version: '1' },
    paths: Object.fromEntries(resources.map(r => pathOf(r, rootOf(served), version))),
  }
}

function pathOf({ group, kind, plural, namespaced }: Resource, root: string, version: string): [string, object] {
  const parameters = [{ name: 'fieldValidation', in: 'query', schema: { type: 'string' } }]
  const patch = {
    parameters,
    responses: { 200: { description: 'OK' } },
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
  }
  return [`/${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}/{name}`, { patch }]
}
