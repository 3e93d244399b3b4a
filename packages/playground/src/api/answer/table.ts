import { badRequest } from '../errors.js'
import type { KubeObject } from '../object.js'
import type { Target } from '../target.js'
import type { View } from './view.js'

/** Shows objects as the tables that `kubectl get` prints, with the columns of their resource. */
export function tableView({ resource }: Target, query: URLSearchParams, now: () => number): View {
  const embed = embedding(query.get('includeObject') ?? 'Metadata')
  const definitions = resource.columns.map(({ cell: _, ...definition }) => definition)
  const row = (object: KubeObject) => ({
    cells: resource.columns.map(({ cell }) => cell(object, now())),
    object: embed(object),
  })
  const table = (metadata: object, columns: readonly object[] | null, objects: readonly KubeObject[]) => ({
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns,
    rows: objects.map(row),
  })
  const versionOf = ({ metadata: { resourceVersion } }: KubeObject) => ({ resourceVersion })
  return {
    one: object => table(versionOf(object), definitions, [object]),
    list: ({ items, metadata }) => table(metadata, definitions, items),
    events: () => {
      let columns: typeof definitions | null = definitions
      return object => {
        const shown = table(versionOf(object), columns, [object])
        columns = null
        return shown
      }
    },
  }
}

/** What of the object itself goes with its row. */
function embedding(choice: string): (object: KubeObject) => object | null {
  if (choice === 'None') return () => null
  if (choice === 'Object') return object => object
  if (choice === 'Metadata')
    return ({ metadata }) => ({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata })
  throw badRequest(`includeObject: Invalid value: "${choice}": expected None, Metadata or Object`)
}
