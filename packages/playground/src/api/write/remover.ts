import { conflict, forbidden, notFound, type Status, success } from '../errors.js'
import type { KubeObject, ObjectMeta } from '../object.js'
import type { Resource } from '../resources/resource.js'
import { keyOf, type ObjectTarget } from '../target.js'
import { contentOf, dependentsOf } from './collector.js'
import { shown } from './draft.js'
import type { DeleteOptions } from './options.js'
import { type Surroundings, timestamp } from './surroundings.js'

const atOnce: DeleteOptions = {
  uid: undefined,
  resourceVersion: undefined,
  gracePeriodSeconds: undefined,
  orphan: false,
}

/** Deletes objects, those that they owned, and the content of namespaces. */
export class Remover {
  readonly #around: Surroundings

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** DELETE of one object: what is left of it, if something holds it back, or `Success`. */
  delete(target: ObjectTarget, options: DeleteOptions, dryRun: boolean): KubeObject | Status {
    const { resource, namespace, name } = target
    const live = this.#around.store.get(resource.storage, keyOf(namespace, name))
    if (!live) throw notFound(resource, name)
    checkPreconditions(resource, live, options)
    if (resource.plural === 'namespaces' && name === 'default')
      throw forbidden(resource, name, 'this namespace may not be deleted')
    if (dryRun) return success(resource, name, live.metadata.uid)
    const left = this.#begin(resource, live, options)
    return left ? shown(target, left) : success(resource, name, live.metadata.uid)
  }

  /** Takes an object out of the store, for good. */
  remove(resource: Resource, object: KubeObject, orphan = false): void {
    const { uid, namespace } = object.metadata
    this.#around.store.remove(resource.storage, keyOf(namespace, object.metadata.name))
    this.#release(uid, orphan)
    if (namespace !== undefined) this.#closeNamespace(namespace)
  }

  /** Deletes, or marks as being deleted what somebody must let go first; returns that. */
  #begin(resource: Resource, live: KubeObject, options: DeleteOptions): KubeObject | undefined {
    const graceSeconds = gracePeriodOf(resource, live, options)
    if (graceSeconds === 0 && !live.metadata.finalizers?.length && !this.#hasContent(resource, live)) {
      this.remove(resource, live, options.orphan)
      return undefined
    }
    const marked = this.#mark(resource, live, graceSeconds)
    if (resource.plural === 'namespaces') this.#empty(live.metadata.name)
    return this.#around.store.get(resource.storage, keyOf(live.metadata.namespace, live.metadata.name)) && marked
  }

  #mark(resource: Resource, live: KubeObject, graceSeconds: number): KubeObject {
    const { deletionTimestamp, generation, deletionGracePeriodSeconds } = live.metadata
    if (deletionTimestamp !== undefined && deletionGracePeriodSeconds === graceSeconds) return live
    const at = this.#around.now() + 1000 * graceSeconds
    const metadata: ObjectMeta = {
      ...live.metadata,
      ...(generation !== undefined && { generation: generation + 1 }),
      deletionTimestamp: timestamp(at),
      deletionGracePeriodSeconds: graceSeconds,
    }
    const status = resource.plural === 'namespaces' ? { status: { phase: 'Terminating' } } : {}
    return this.#put(resource, { ...live, ...status, metadata })
  }

  /** Dependents go with their last owner; those of an owner that orphans them, or that have another, stay. */
  #release(uid: string, orphan: boolean): void {
    const { catalog, store } = this.#around
    for (const { resource, object, otherOwners } of dependentsOf(catalog, store, uid)) {
      if (!orphan && otherOwners.length === 0) this.#begin(resource, object, atOnce)
      else {
        const { ownerReferences: _, ...metadata } = object.metadata
        const kept = otherOwners.length > 0 ? { ownerReferences: otherOwners } : {}
        this.#put(resource, { ...object, metadata: { ...metadata, ...kept } })
      }
    }
  }

  #empty(namespace: string): void {
    const { catalog, store } = this.#around
    for (const { resource, object } of contentOf(catalog, store, namespace)) this.#begin(resource, object, atOnce)
    this.#closeNamespace(namespace)
  }

  #closeNamespace(name: string): void {
    const { catalog, store } = this.#around
    const namespace = store.get('namespaces', name)
    if (namespace?.metadata.deletionTimestamp === undefined) return
    if (contentOf(catalog, store, name).length === 0) store.remove('namespaces', name)
  }

  #hasContent({ plural }: Resource, { metadata }: KubeObject): boolean {
    const { catalog, store } = this.#around
    return plural === 'namespaces' && contentOf(catalog, store, metadata.name).length > 0
  }

  #put({ storage }: Resource, object: KubeObject): KubeObject {
    return this.#around.store.put(storage, keyOf(object.metadata.namespace, object.metadata.name), object)
  }
}

/** A pod that runs somewhere is given time, until its kubelet deletes it with a grace period of 0. */
function gracePeriodOf({ plural }: Resource, { spec }: KubeObject, { gracePeriodSeconds = 30 }: DeleteOptions): number {
  const runs = plural === 'pods' && (spec as { nodeName?: string } | undefined)?.nodeName !== undefined
  return runs ? gracePeriodSeconds : 0
}

function checkPreconditions(
  resource: Resource,
  { metadata }: KubeObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  const refuse = (what: string, wanted: string, found: string) =>
    conflict(
      resource,
      metadata.name,
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found})`,
    )
  if (uid !== undefined && uid !== metadata.uid) throw refuse('UID', uid, metadata.uid)
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse('ResourceVersion', resourceVersion, metadata.resourceVersion)
}
