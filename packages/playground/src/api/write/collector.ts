import type { Catalog } from '../catalog.js'
import type { KubeObject, OwnerReference } from '../object.js'
import type { Resource } from '../resources/resource.js'
import type { Store } from '../store/store.js'

/** An object, and what it is one of. */
export interface Item {
  readonly resource: Resource
  readonly object: KubeObject
}

export interface Dependent extends Item {
  /** Its owners that still exist. */
  readonly otherOwners: readonly OwnerReference[]
}

/** Every object of every kind; kinds that share their storage come once. */
function* everything(catalog: Catalog, store: Store): Generator<Item> {
  const kinds = new Map(catalog.resources.map(resource => [resource.storage, resource]))
  for (const [storage, resource] of kinds) for (const object of store.all(storage)) yield { resource, object }
}

function filterAll(catalog: Catalog, store: Store, wanted: (object: KubeObject) => boolean): Item[] {
  const found: Item[] = []
  for (const item of everything(catalog, store)) if (wanted(item.object)) found.push(item)
  return found
}

/** The objects that name this one as an owner. */
export function dependentsOf(catalog: Catalog, store: Store, uid: string): Dependent[] {
  const owners = ({ metadata }: KubeObject) => metadata.ownerReferences ?? []
  const exists = (owner: OwnerReference) =>
    owner.uid !== uid && filterAll(catalog, store, ({ metadata }) => metadata.uid === owner.uid).length > 0
  return filterAll(catalog, store, object => owners(object).some(owner => owner.uid === uid)).map(item => ({
    ...item,
    otherOwners: owners(item.object).filter(exists),
  }))
}

/** The objects of a namespace. */
export const contentOf = (catalog: Catalog, store: Store, namespace: string): Item[] =>
  filterAll(catalog, store, ({ metadata }) => metadata.namespace === namespace)
