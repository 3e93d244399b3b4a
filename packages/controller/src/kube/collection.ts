import {
  type Client,
  type Clock,
  type KubeObject,
  Reflector,
  type ReflectorObserver,
  resourcePath,
  Store,
} from '@birdwatch/kube'

/** Where the objects of one kind are. */
export interface Resource {
  readonly group: string
  readonly version: string
  readonly plural: string
}

export interface CollectionOptions<K extends KubeObject, T> {
  readonly client: Client
  readonly resource: Resource
  /** The namespaces to watch; empty for all of them. */
  readonly namespaces: readonly string[]
  /** Nothing is asked for, and nothing is ever there: the API need not have the kind at all (default false). */
  readonly absent?: boolean
  readonly project: (object: K) => T
  /** By what else than their name objects are looked up: for each index, the values of one object. */
  readonly indexes?: Readonly<Record<string, (value: T) => Iterable<string>>>
  readonly observer?: ReflectorObserver
  readonly clock?: Clock | undefined
  readonly random?: (() => number) | undefined
}

/**
 * What is known of one kind of object, in all namespaces that are watched: one list-watch for the whole cluster, or one
 * per namespace. Own writes are put in with `replace`, so that they are seen before the watch brings them.
 */
export class Collection<K extends KubeObject, T> {
  readonly #options: CollectionOptions<K, T>
  /** By namespace; the empty one stands for all. */
  readonly #stores = new Map<string, Store<K, T>>()
  readonly #reflectors: Reflector<K, T>[] = []

  constructor(options: CollectionOptions<K, T>) {
    const { client, resource, namespaces, absent, project, indexes = {}, observer, clock, random } = options
    this.#options = options
    const watched = namespaces.length === 0 ? [''] : namespaces
    for (const namespace of absent ? [] : watched) {
      const store = new Store<K, T>({ project })
      for (const [name, valuesOf] of Object.entries(indexes)) store.index(name, valuesOf)
      const path = resourcePath({ ...resource, ...(namespace === '' ? {} : { namespace }) })
      this.#stores.set(namespace, store)
      this.#reflectors.push(new Reflector({ client, path, store, observer, clock, random }))
    }
  }

  /** The plural name of the kind. */
  get name(): string {
    return this.#options.resource.plural
  }

  /** True once every object there was has been listed. */
  get synced(): boolean {
    return this.#reflectors.every(({ synced }) => synced)
  }

  /** How many objects are known. */
  get size(): number {
    return [...this.#stores.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Since the API server last sent anything, where that is longest ago; undefined before the first list. */
  get ageMs(): number | undefined {
    const ages = this.#reflectors.map(({ lastEventAgeMs }) => lastEventAgeMs).filter(age => age !== undefined)
    return ages.length === 0 ? undefined : Math.max(...ages)
  }

  get(namespace: string, name: string): T | undefined {
    return this.#storeOf(namespace)?.get(namespace, name)
  }

  /** The object of a key `namespace/name`. */
  getByKey(key: string): T | undefined {
    return this.#storeOf(key.slice(0, key.indexOf('/')))?.getByKey(key)
  }

  list(): T[] {
    return [...this.#stores.values()].flatMap(store => store.list())
  }

  lookup(index: string, value: string): T[] {
    return [...this.#stores.values()].flatMap(store => store.lookup(index, value))
  }

  /** Calls `listener` with the key at every change, after it. */
  onChange(listener: (key: string, next: T | undefined, previous: T | undefined) => void): () => void {
    const ends = [...this.#stores.values()].map(store => store.onChange(listener))
    return () => {
      for (const end of ends) end()
    }
  }

  /** The URL path of one object, or of its `status`. */
  pathOf(namespace: string, name: string, subresource?: 'status'): string {
    return resourcePath({ ...this.#options.resource, namespace, name, subresource })
  }

  /** Puts in what the API server answered to a read or write of ours. */
  replace(object: K): void {
    this.#storeOf(object.metadata?.namespace ?? '')?.replace(object)
  }

  /** Reads one object past the cache, which then holds it. Rejects as the client does. */
  async read(namespace: string, name: string, signal?: AbortSignal): Promise<K> {
    const object = await this.#options.client.get<K>(this.pathOf(namespace, name), { signal })
    this.replace(object)
    return object
  }

  /** Sends one JSON patch; the cache holds the answer before this resolves. */
  async patch(
    { namespace, name, subresource }: { namespace: string; name: string; subresource?: 'status' },
    operations: readonly object[],
    options: { fieldManager?: string; signal?: AbortSignal } = {},
  ): Promise<K> {
    const path = this.pathOf(namespace, name, subresource)
    const object = await this.#options.client.patch<K>(path, operations, { type: 'json', ...options })
    this.replace(object)
    return object
  }

  /** Resolves when every object there was has been listed. */
  async whenSynced(): Promise<void> {
    await Promise.all(this.#reflectors.map(reflector => reflector.whenSynced()))
  }

  /** Lists everything anew; resolves when the cache holds all that was written before the call. */
  async relist(): Promise<void> {
    await Promise.all(this.#reflectors.map(reflector => reflector.relist()))
  }

  /** Keeps the cache up to date until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#reflectors.map(reflector => reflector.run(signal)))
  }

  #storeOf(namespace: string): Store<K, T> | undefined {
    return this.#stores.get('') ?? this.#stores.get(namespace)
  }
}
