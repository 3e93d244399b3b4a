import { isDeepStrictEqual } from 'node:util'
import { alreadyExists, apiError, badRequest, conflict, forbidden, invalid, notFound, staleVersion } from '../errors.js'
import type { Writing } from '../fields/managers.js'
import type { Draft, KubeObject } from '../object.js'
import { apiVersionOf } from '../resources/resource.js'
import { keyOf, type ObjectTarget, type Target } from '../target.js'
import { admit } from './admit.js'
import { draftOf, requireSameName, shown } from './draft.js'
import { newMetadata, wantsReset } from './metadata.js'
import type { WriteOptions } from './options.js'
import { applyConfiguration, applyRecorder, type Recorder, updateRecorder } from './recorder.js'
import type { Remover } from './remover.js'
import { scaled, scaleOf } from './scale.js'
import { changesIntent, separate, withoutStatus } from './separate.js'
import { type Surroundings, timestamp } from './surroundings.js'

/** What a write came to. */
export interface Written {
  readonly object: KubeObject
  readonly created: boolean
  readonly warnings: readonly string[]
}

/** Creates and changes objects: the one place where something is stored. */
export class Writer {
  readonly #around: Surroundings
  readonly #remover: Remover

  constructor(around: Surroundings, remover: Remover) {
    this.#around = around
    this.#remover = remover
  }

  /** POST. */
  create(target: Target, body: unknown, options: WriteOptions): Written {
    const draft = draftOf(body, target)
    if (draft.metadata.resourceVersion)
      throw apiError('InternalError', 'resourceVersion should not be set on objects to be created')
    const { name, generateName } = draft.metadata
    const generated = generateName ? `${generateName}${this.#around.newUid().slice(0, 5)}` : ''
    return this.#insert({ ...target, name: name || generated }, draft, options, this.#updating(target, options))
  }

  /** PUT. */
  replace(target: ObjectTarget, body: unknown, options: WriteOptions): Written {
    const { resource, name, subresource } = target
    const live = this.#find(target)
    if (subresource === 'scale') return this.#change(target, this.#existing(target), body, options)
    const draft = draftOf(body, target)
    requireSameName(draft, target)
    if (!live && resource.createdByUpdate) return this.#insert(target, draft, options, this.#updating(target, options))
    const { uid, resourceVersion } = draft.metadata
    if (live && uid && uid !== live.metadata.uid)
      throw conflict(
        resource,
        name,
        `the UID in the precondition (${uid}) is not that of the object (${live.metadata.uid})`,
      )
    if (!resourceVersion && (resource.custom || resource.createdByUpdate)) {
      const message = 'Invalid value: 0: must be specified for an update'
      throw invalid(resource, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }])
    }
    return this.#change(target, this.#existing(target), body, options)
  }

  /** PATCH, but for a server-side apply: `change` makes the new object out of the present one. */
  patch(target: ObjectTarget, options: WriteOptions, change: (present: KubeObject) => unknown): Written {
    const live = this.#existing(target)
    return this.#change(
      target,
      live,
      change(target.subresource === 'scale' ? scaleOf(live) : shown(target, live)),
      options,
    )
  }

  /** PATCH as server-side apply: creates what does not exist. */
  apply(target: ObjectTarget, body: unknown, options: WriteOptions, force: boolean): Written {
    if (target.subresource === 'scale') throw badRequest('the embedded API does not apply to the subresource scale')
    const config = draftOf(body, target)
    if (config.metadata.managedFields !== undefined) throw badRequest('metadata.managedFields must be nil')
    requireSameName(config, target)
    const live = this.#find(target)
    const writing = this.#writing(target, options, 'Apply')
    const record = applyRecorder(target.resource, writing, config, force)
    if (!live && !target.subresource) return this.#insert(target, config, options, record)
    const present = this.#existing(target)
    const draft = applyConfiguration(target.resource, present, config, writing)
    // What belongs to somebody else is refused before anything else that may be wrong.
    record(present, separate(target, present, draft))
    return this.#store(target, present, draft, options, record)
  }

  #change(target: ObjectTarget, live: KubeObject, body: unknown, options: WriteOptions): Written {
    const record = this.#updating(target, options)
    if (target.subresource === 'scale') {
      const written = this.#store(
        { ...target, subresource: undefined },
        live,
        scaled(live, body as Draft),
        options,
        record,
      )
      return { ...written, object: scaleOf(written.object) }
    }
    const draft = draftOf(body, target)
    requireSameName(draft, target)
    return this.#store(target, live, draft, options, record)
  }

  #insert(target: ObjectTarget, draft: Draft, options: WriteOptions, record: Recorder): Written {
    const { resource, namespace, name } = target
    this.#requireNamespace(target)
    const { now, newUid, store } = this.#around
    const own = { name, namespace, uid: newUid(), creationTimestamp: timestamp(now()) }
    const metadata = newMetadata(draft, own, resource.counted)
    const bare = { ...withoutStatus(target, draft), apiVersion: apiVersionOf(resource, resource.versions[0]), metadata }
    const { draft: admitted, warnings } = admit(resource, bare, undefined, options)
    if (this.#find(target)) throw alreadyExists(resource, name)
    const object = recorded(admitted, record(undefined, admitted))
    const stored = options.dryRun ? object : store.put(resource.storage, keyOf(namespace, name), object)
    return { object: shown(target, stored), created: true, warnings }
  }

  #store(target: ObjectTarget, live: KubeObject, draft: Draft, options: WriteOptions, record: Recorder): Written {
    const { resource, namespace, name } = target
    const { uid = live.metadata.uid, resourceVersion } = draft.metadata
    if (resourceVersion && resourceVersion !== live.metadata.resourceVersion) throw staleVersion(resource, name)
    if (uid !== live.metadata.uid) {
      const message = `Invalid value: "${uid}": field is immutable`
      throw invalid(resource, name, [{ reason: 'FieldValueInvalid', message, field: 'metadata.uid' }])
    }
    const { draft: admitted, warnings } = admit(resource, separate(target, live, draft), live, options)
    const entries = wantsReset(draft.metadata) ? [] : record(live, admitted)
    const object = counted(target, live, recorded(admitted, entries))
    const done = (result: KubeObject) => ({ object: shown(target, result), created: false, warnings })
    if (isDeepStrictEqual(object, live)) return done(live)
    if (options.dryRun) return done(object)
    if (isFinished(object)) {
      this.#remover.remove(resource, live)
      return done(object)
    }
    return done(this.#around.store.put(resource.storage, keyOf(namespace, name), object))
  }

  #updating(target: Target, options: WriteOptions): Recorder {
    return updateRecorder(target.resource, this.#writing(target, options, 'Update'))
  }

  #writing(target: Target, { manager }: WriteOptions, operation: Writing['operation']): Writing {
    const { resource, version, subresource } = target
    const time = timestamp(this.#around.now())
    return { manager, operation, apiVersion: apiVersionOf(resource, version), subresource, time }
  }

  #find({ resource, namespace, name }: ObjectTarget): KubeObject | undefined {
    return this.#around.store.get(resource.storage, keyOf(namespace, name))
  }

  #existing(target: ObjectTarget): KubeObject {
    const live = this.#find(target)
    if (!live) throw notFound(target.resource, target.name)
    return live
  }

  #requireNamespace({ resource, namespace, name }: ObjectTarget): void {
    if (namespace === undefined) return
    const namespaces = this.#around.catalog.find('', 'v1', 'namespaces')
    const found = this.#around.store.get('namespaces', namespace)
    if (!found && namespaces) throw notFound(namespaces, namespace)
    if (found?.metadata.deletionTimestamp !== undefined)
      throw forbidden(
        resource,
        name,
        `unable to create new content in namespace ${namespace} because it is being terminated`,
      )
  }
}

function recorded(draft: Draft, managedFields: KubeObject['metadata']['managedFields'] = []): KubeObject {
  const metadata = { ...draft.metadata, ...(managedFields.length > 0 && { managedFields }) }
  return { ...draft, metadata } as KubeObject
}

/** The generation counts how often what is wanted has changed. */
function counted(target: Target, live: KubeObject, object: KubeObject): KubeObject {
  if (!target.resource.counted || !changesIntent(target, live, object)) return object
  return { ...object, metadata: { ...object.metadata, generation: (live.metadata.generation ?? 0) + 1 } }
}

/** Nothing holds back its deletion any more; what is deleted gracefully waits for its kubelet. */
const isFinished = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length && !metadata.deletionGracePeriodSeconds
