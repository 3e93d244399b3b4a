import { BoundedSet } from '../base/bounded-set.js'
import { callListener } from '../base/call-listener.js'
import type { KubeObject, WatchEvent } from '../client/types.js'
import { objectKey } from './object-key.js'
import { compareResourceVersions } from './resource-version.js'
import { StoreIndex } from './store-index.js'

/** Told of every change: `next` is undefined when the object is gone, `prev` when it is new. */
export type StoreListener<T> = (key: string, next: T | undefined, prev: T | undefined) => void

export interface StoreOptions<K extends KubeObject, T> {
  /** What to keep of an object. It must neither throw nor return undefined. */
  project: (object: K) => T
}

/** One object of a list, projected. */
export interface ListedEntry<T> {
  readonly key: string
  readonly uid: string | undefined
  readonly resourceVersion: string | undefined
  readonly value: T
}

interface Entry<T> extends ListedEntry<T> {
  /** The number of the `replace` it came from; 0 when it came from a list or a watch. */
  readonly replacement: number
}

/**
 * What is known of one collection, projected to `T`. A Reflector feeds it; the writer of an object may put the
 * answer to its own write in with `replace`, and then needs no read before its next step. What is older than what the
 * store holds is dropped, and so is a late answer about an object that is gone. Values are shared: they are read-only.
 */
export class Store<K extends KubeObject, T = K> {
  readonly #project: (object: K) => T
  readonly #entries = new Map<string, Entry<T>>()
  readonly #indexes = new Map<string, StoreIndex<T>>()
  readonly #listeners = new Set<StoreListener<T>>()
  /** For opaque versions only: the objects that went last. An answer is not under way for longer than these take. */
  readonly #goneUids = new BoundedSet<string | undefined>(1024)
  #replacements = 0
  /** Whatever happened in the collection up to this version is in the store. */
  #completeUpTo: string | undefined

  constructor({ project }: StoreOptions<K, T>) {
    this.#project = project
  }

  get size(): number {
    return this.#entries.size
  }

  /** The object, or undefined. `namespace` is undefined for what has none. */
  get(namespace: string | undefined, name: string): T | undefined {
    return this.getByKey(objectKey({ ...(namespace ? { namespace } : {}), name }))
  }

  /** The object of a key as listeners get it. */
  getByKey(key: string): T | undefined {
    return this.#entries.get(key)?.value
  }

  list(): T[] {
    return Array.from(this.#entries.values(), entry => entry.value)
  }

  /** Keeps the objects findable by the strings `valuesOf` returns for each; `name` is for `lookup`. */
  index(name: string, valuesOf: (value: T) => Iterable<string>): void {
    const index = new StoreIndex(valuesOf)
    for (const { key, value } of this.#entries.values()) index.change(key, value, undefined)
    this.#indexes.set(name, index)
  }

  /** The objects for which the index `name` returned `indexed`. */
  lookup(name: string, indexed: string): T[] {
    const index = this.#indexes.get(name)
    if (index) return Array.from(index.lookup(indexed), key => this.#entries.get(key)?.value as T)
    const known = [...this.#indexes.keys()].join(', ') || 'none'
    throw new RangeError(`No index ${name}. Known: ${known}. Call index() first.`)
  }

  /** Calls `listener` after every change from now on. Returns a function that ends it. */
  onChange(listener: StoreListener<T>): () => void {
    const own: StoreListener<T> = (...change) => listener(...change)
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** Puts in the answer to a caller's own write. Returns false when the store knows something newer. */
  replace(object: K): boolean {
    const entry = this.prepare(object)
    const replacement = ++this.#replacements
    const known = this.#entries.get(entry.key)
    if (known ? !isNewer(entry, known) : this.#isGone(entry)) return false
    this.#put({ ...entry, replacement })
    return true
  }

  /** One event of a watch, for a Reflector. */
  apply({ type, object }: WatchEvent<K>): void {
    const version = object.metadata?.resourceVersion
    if (version !== undefined && !isOlder(version, this.#completeUpTo)) this.#completeUpTo = version
    if (type === 'BOOKMARK') return
    const entry = this.prepare(object)
    const known = this.#entries.get(entry.key)
    // The answer to an own write may have been here before the event of that write, and of those before it.
    if (type !== 'DELETED') {
      if (!known || isNewer(entry, known)) this.#put({ ...entry, replacement: 0 })
    } else if (!known) this.#goneUids.add(entry.uid)
    // The write that takes an object out of a selector has the version of the deletion it causes here.
    else if (!isOlder(version, known.resourceVersion)) this.#remove(known)
  }

  /** To be called before a list is sent, for a Reflector: own writes answered from now on may be newer than the list. */
  beginList(): number {
    return this.#replacements
  }

  /** One object of a list that is under way, for a Reflector. */
  prepare(object: K): ListedEntry<T> {
    const { metadata = {} } = object
    const { uid, resourceVersion } = metadata
    return { key: objectKey(metadata), uid, resourceVersion, value: this.#project(object) }
  }

  /** Makes the store equal to a complete list, for a Reflector; only own writes since `begun` outlive an older list. */
  commitList(listed: readonly ListedEntry<T>[], resourceVersion: string, begun: number): void {
    this.#completeUpTo = resourceVersion
    const missing = new Map(this.#entries)
    for (const entry of listed) {
      const known = missing.get(entry.key)
      missing.delete(entry.key)
      const isSame = known?.uid === entry.uid && known?.resourceVersion === entry.resourceVersion
      if (known && (isSame || outlives(known, entry.resourceVersion, begun))) continue
      this.#put({ ...entry, replacement: 0 })
    }
    for (const known of missing.values()) if (!outlives(known, resourceVersion, begun)) this.#remove(known)
  }

  /** The store had seen this version of it, or was told of its end, and does not hold it. */
  #isGone({ uid, resourceVersion }: ListedEntry<T>): boolean {
    const order = compareResourceVersions(resourceVersion, this.#completeUpTo)
    return order === undefined ? this.#goneUids.has(uid) : order <= 0
  }

  #put(entry: Entry<T>): void {
    const prev = this.#entries.get(entry.key)?.value
    this.#entries.set(entry.key, entry)
    this.#announce(entry.key, entry.value, prev)
  }

  #remove({ key, uid, value }: Entry<T>): void {
    this.#entries.delete(key)
    this.#goneUids.add(uid)
    this.#announce(key, undefined, value)
  }

  #announce(key: string, next: T | undefined, prev: T | undefined): void {
    for (const index of this.#indexes.values()) index.change(key, next, prev)
    for (const listener of this.#listeners) callListener(() => listener(key, next, prev))
  }
}

/** An own write that was answered while a list was under way, and that the list does not know. */
function outlives<T>(known: Entry<T>, resourceVersion: string | undefined, begun: number): boolean {
  return known.replacement > begun && !isOlder(known.resourceVersion, resourceVersion)
}

/** Where versions are opaque, what comes later counts as newer. */
function isNewer<T>(news: ListedEntry<T>, known: ListedEntry<T>): boolean {
  return (compareResourceVersions(news.resourceVersion, known.resourceVersion) ?? 1) > 0
}

function isOlder(a: string | undefined, b: string | undefined): boolean {
  return (compareResourceVersions(a, b) ?? 0) < 0
}
