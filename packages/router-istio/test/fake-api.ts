import { isDeepStrictEqual } from 'node:util'
import { applyPatch, type PatchOperation } from '../../../test/support/json-patch.js'
import type {
  Kind,
  Kinds,
  ManagedFieldsEntry,
  ObjectMeta,
  ObjectRef,
  Objects,
  Operation,
  PatchOptions,
} from '../src/objects.js'

/** What `Objects` rejects with: the API server's answer, or none. */
export class ApiFailure extends Error {
  constructor(
    readonly status: number | undefined,
    message: string,
  ) {
    super(message)
  }
}

export interface ApiRequest {
  readonly verb: 'get' | 'patch'
  readonly ref: ObjectRef
  readonly operations?: readonly Operation[]
  readonly fieldManager?: string
}

interface Stored {
  readonly metadata: ObjectMeta
  readonly spec?: { readonly [field: string]: unknown }
}

/** A change as it took effect. */
export interface Write {
  readonly ref: ObjectRef
  readonly manager: string
  readonly before: unknown
  readonly after: unknown
}

export type NewObject<K extends Kind> = Pick<Kinds[K], 'spec'> & {
  readonly metadata: { readonly name: string; readonly namespace: string }
}

const refused = '422 the server rejected our request due to an error in our request'

/**
 * An API server with a cache in front, in memory. As the real one, it answers a stale resourceVersion with 409 and any
 * other patch that does not apply with 422, counts generations by spec, and gives a changed list to one field manager.
 */
export class FakeApi implements Objects {
  readonly requests: ApiRequest[] = []
  readonly writes: Write[] = []
  /** While true, the cache hears of nobody's changes until `deliver`. */
  lagging = false
  /** Is asked before every request; a rejection is the answer. */
  gate: (request: ApiRequest, signal: AbortSignal) => void | Promise<void> = () => {}
  /** Answers of patches that took effect can not be used: nothing is taken from them. */
  garbled = false
  readonly #stored = new Map<string, Stored>()
  readonly #cached = new Map<string, Stored>()
  readonly #watchers = new Map<string, Set<() => void>>()
  #resourceVersion = 1000
  #now = Date.parse('2026-01-01T00:00:00Z')

  get patches(): ApiRequest[] {
    return this.requests.filter(({ verb }) => verb === 'patch')
  }

  /** Creates an object as somebody. */
  create<K extends Kind>(kind: K, { metadata, spec }: NewObject<K>, manager = 'kubectl-create'): void {
    const ref = { kind, ...metadata }
    const stored = { metadata: { ...metadata, resourceVersion: '', generation: 0 }, spec: {} }
    this.#write(ref, stored, { ...stored, spec: structuredClone(spec ?? {}) as Stored['spec'] }, manager)
  }

  /** Changes an object as somebody. */
  edit(ref: ObjectRef, operations: readonly PatchOperation[], manager = 'kubectl-edit'): void {
    const stored = this.#demand(ref)
    this.#write(ref, stored, applyPatch(stored, operations), manager)
  }

  remove(ref: ObjectRef): void {
    this.#stored.delete(keyOf(ref))
    if (!this.lagging) this.#show(ref)
  }

  /** Everything the cache has not heard of yet. */
  deliver(): void {
    for (const key of new Set([...this.#stored.keys(), ...this.#cached.keys()])) this.#show(refOfKey(key))
  }

  /** What is stored, past cache and log. */
  peek<K extends Kind>(ref: ObjectRef<K>): Kinds[K] {
    return structuredClone(this.#demand(ref)) as Kinds[K]
  }

  get<K extends Kind>(ref: ObjectRef<K>): Kinds[K] | undefined {
    return this.#cached.get(keyOf(ref)) as Kinds[K] | undefined
  }

  async read<K extends Kind>(ref: ObjectRef<K>, signal: AbortSignal): Promise<Kinds[K] | undefined> {
    await this.#receive({ verb: 'get', ref }, signal)
    this.#show(ref)
    return this.get(ref)
  }

  async patch(ref: ObjectRef, operations: readonly Operation[], options: PatchOptions): Promise<unknown> {
    const { fieldManager, signal } = options
    await this.#receive({ verb: 'patch', ref, operations, fieldManager }, signal)
    const stored = this.#demand(ref)
    this.#write(ref, stored, this.#patched(stored, operations), fieldManager)
    if (this.garbled) throw new ApiFailure(200, 'the answer is not JSON')
    this.#show(ref)
    return this.get(ref)
  }

  watch(ref: ObjectRef, changed: () => void): () => void {
    const watchers = this.#watchers.get(keyOf(ref)) ?? new Set()
    this.#watchers.set(keyOf(ref), watchers.add(changed))
    return () => watchers.delete(changed)
  }

  #patched(stored: Stored, operations: readonly Operation[]): Stored {
    try {
      const next = applyPatch(stored, operations)
      if (next.metadata.resourceVersion === stored.metadata.resourceVersion) return next
    } catch {
      throw new ApiFailure(422, refused)
    }
    throw new ApiFailure(409, 'the object has been modified; please apply your changes to the latest version')
  }

  async #receive(request: ApiRequest, signal: AbortSignal): Promise<void> {
    this.requests.push(request)
    if (signal.aborted) throw new ApiFailure(undefined, 'aborted')
    await this.gate(request, signal)
  }

  #demand(ref: ObjectRef): Stored {
    const stored = this.#stored.get(keyOf(ref))
    if (stored === undefined) throw new ApiFailure(404, `${ref.kind} "${ref.name}" not found`)
    return stored
  }

  #write(ref: ObjectRef, before: Stored, after: Stored, manager: string): void {
    this.#now += 1000
    if (isDeepStrictEqual(before, after) && this.#stored.has(keyOf(ref))) return
    const fields = Object.keys({ ...before.spec, ...after.spec })
    const changed = fields.filter(field => !isDeepStrictEqual(before.spec?.[field], after.spec?.[field]))
    const metadata = {
      ...after.metadata,
      resourceVersion: String(++this.#resourceVersion),
      generation: (before.metadata.generation ?? 0) + Number(changed.length > 0),
      managedFields: owned(before.metadata.managedFields, changed, manager, new Date(this.#now)),
    }
    this.#stored.set(keyOf(ref), { ...after, metadata })
    this.writes.push({ ref, manager, before, after: { ...after, metadata } })
    if (!this.lagging) this.#show(ref)
  }

  /** Brings the cache up to date, and tells its watchers when it was not. */
  #show(ref: ObjectRef): void {
    const stored = this.#stored.get(keyOf(ref))
    if (stored === this.#cached.get(keyOf(ref))) return
    if (stored === undefined) this.#cached.delete(keyOf(ref))
    else this.#cached.set(keyOf(ref), stored)
    for (const changed of this.#watchers.get(keyOf(ref)) ?? []) changed()
  }
}

const keyOf = ({ kind, namespace, name }: ObjectRef) => `${kind}/${namespace}/${name}`
const refOfKey = (key: string): ObjectRef => {
  const [kind, namespace = '', name = ''] = key.split('/')
  return { kind: kind as Kind, namespace, name }
}

/** Takes changed fields from whoever had them and gives them to `manager`; every field of a spec is atomic here. */
function owned(
  entries: readonly ManagedFieldsEntry[] = [],
  changed: readonly string[],
  manager: string,
  now: Date,
): ManagedFieldsEntry[] {
  const fieldsOf = ({ fieldsV1 }: ManagedFieldsEntry) => Object.keys((fieldsV1?.['f:spec'] as object) ?? {})
  const entry = (fields: string[], of: ManagedFieldsEntry) => ({
    ...of,
    fieldsV1: { 'f:spec': Object.fromEntries(fields.map(field => [field, {}])) },
  })
  const taken = changed.map(field => `f:${field}`)
  const mine = entries.filter(e => e.manager === manager).flatMap(fieldsOf)
  return [
    ...entries
      .filter(e => e.manager !== manager)
      .map(e =>
        entry(
          fieldsOf(e).filter(field => !taken.includes(field)),
          e,
        ),
      ),
    entry([...new Set([...mine, ...taken])], { manager, time: `${now.toISOString().slice(0, 19)}Z` }),
  ]
}
