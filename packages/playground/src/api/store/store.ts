import { frozen } from '../../json.js'
import { expired } from '../errors.js'
import type { KubeObject } from '../object.js'

/** One change of one object: the unit of the history, and of watches. */
export interface Change {
  readonly version: number
  /** Under which name objects of this kind are stored. */
  readonly storage: string
  readonly key: string
  /** The object after the change; undefined when it was deleted. */
  readonly object: KubeObject | undefined
  /** The object before; undefined when it was created. */
  readonly previous: KubeObject | undefined
}

type Objects = ReadonlyMap<string, KubeObject>
type Listener = (change: Change) => void

export interface StoreOptions {
  /** How many changes are remembered: beyond that, watches and pages from an older version are refused. */
  readonly historyLimit: number
}

/**
 * All objects, under one version that rises with every change, as etcd keeps them. Changes are remembered for a while,
 * so that a watch can resume and a list can go on where they were. Objects are never changed in place.
 */
export class Store {
  readonly #limit: number
  readonly #kinds = new Map<string, Map<string, KubeObject>>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #undelivered: Change[] = []
  #history: Change[] = []
  #version = 1
  #compacted = 0

  constructor({ historyLimit }: StoreOptions) {
    this.#limit = historyLimit
  }

  /** The version of the last change. */
  get version(): number {
    return this.#version
  }

  get(storage: string, key: string): KubeObject | undefined {
    return this.#kinds.get(storage)?.get(key)
  }

  /** All objects of a kind, in no order. */
  all(storage: string): Iterable<KubeObject> {
    return this.#kindOf(storage).values()
  }

  /** Stores an object, with its new resourceVersion, and returns it as it is stored. */
  put(storage: string, key: string, object: KubeObject): KubeObject {
    const stored = frozen(this.#stamped(object))
    const previous = this.get(storage, key)
    this.#kindOf(storage).set(key, stored)
    this.#record({ version: this.#version, storage, key, object: stored, previous })
    return stored
  }

  remove(storage: string, key: string): void {
    const previous = this.get(storage, key)
    if (!previous) return
    this.#version++
    this.#kindOf(storage).delete(key)
    this.#record({ version: this.#version, storage, key, object: undefined, previous })
  }

  /** All objects of a kind as they were at a version (default: now), sorted by key. Throws `Expired` if it is forgotten. */
  list(storage: string, version = this.#version): [string, KubeObject][] {
    const objects = version === this.#version ? this.#kindOf(storage) : this.#before(storage, version)
    return [...objects].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** The changes of a kind after a version. Throws `Expired` when not all of them are known any more. */
  since(storage: string, version: number): Change[] {
    if (version < this.#compacted) throw expired(`too old resource version: ${version} (${this.#compacted})`)
    return this.#history.filter(change => change.version > version && change.storage === storage)
  }

  /** Forgets all changes up to a version (default: all). */
  compact(version = this.#version): void {
    this.#compacted = Math.max(this.#compacted, version)
    this.#history = this.#history.filter(change => change.version > version)
  }

  /** Calls back with every change of a kind, at once; returns a function that ends it. */
  subscribe(storage: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(storage) ?? new Set()
    this.#listeners.set(storage, listeners.add(listener))
    return () => void listeners.delete(listener)
  }

  #kindOf(storage: string): Map<string, KubeObject> {
    const objects = this.#kinds.get(storage) ?? new Map<string, KubeObject>()
    this.#kinds.set(storage, objects)
    return objects
  }

  #stamped(object: KubeObject): KubeObject {
    const resourceVersion = String(++this.#version)
    return { ...object, metadata: { ...object.metadata, resourceVersion } }
  }

  #before(storage: string, version: number): Objects {
    const objects = new Map(this.#kindOf(storage))
    for (const { key, previous } of this.since(storage, version).reverse()) {
      if (previous) objects.set(key, previous)
      else objects.delete(key)
    }
    return objects
  }

  #record(change: Change): void {
    this.#history.push(change)
    if (this.#history.length > 2 * this.#limit) this.compact(this.#history.at(-this.#limit - 1)?.version)
    this.#undelivered.push(change)
    if (this.#undelivered.length === 1) this.#deliver()
  }

  /** A listener that writes makes further changes: they are told of after this one, to everybody in the same order. */
  #deliver(): void {
    for (let change = this.#undelivered[0]; change; change = this.#undelivered[0]) {
      try {
        for (const listener of this.#listeners.get(change.storage) ?? []) listener(change)
      } finally {
        this.#undelivered.shift()
      }
    }
  }
}
