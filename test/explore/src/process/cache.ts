import type { PatchOperation } from '../../../support/json-patch.js'
import type { Place, Stored } from '../api/objects.js'

export interface Ask {
  readonly verb: 'get' | 'patch'
  readonly on: Place
  readonly status?: boolean
  readonly operations?: readonly PatchOperation[]
  readonly signal?: AbortSignal | undefined
}

/** What one process knows of one object, with the members of the controller's `Collection` that it is asked for. */
export class Cache<T> {
  #raw: Stored | undefined
  #value: T | undefined

  constructor(
    readonly place: Place,
    private readonly project: (object: Stored) => T,
    private readonly ask: (ask: Ask) => Promise<Stored>,
    private readonly changed: () => void,
  ) {}

  get raw(): Stored | undefined {
    return this.#raw
  }

  /** An event of the watch, a list, or an answer: what is older than what is known is dropped. */
  replace(object: Stored | undefined): void {
    const known = Number(this.#raw?.metadata.resourceVersion ?? 0)
    if (object !== undefined && Number(object.metadata.resourceVersion) <= known) return
    this.#raw = object
    this.#value = object && this.project(object)
    this.changed()
  }

  get(): T | undefined {
    return this.#value
  }

  getByKey(): T | undefined {
    return this.#value
  }

  list(): T[] {
    return this.#value === undefined ? [] : [this.#value]
  }

  lookup(): T[] {
    return this.list()
  }

  onChange(): () => void {
    return () => {}
  }

  async read(_namespace: string, _name: string, signal?: AbortSignal): Promise<Stored> {
    const object = await this.ask({ verb: 'get', on: this.place, signal })
    this.replace(object)
    return object
  }

  async patch(
    { subresource }: { subresource?: 'status' },
    operations: readonly PatchOperation[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Stored> {
    const status = subresource === 'status'
    const object = await this.ask({ verb: 'patch', on: this.place, status, operations, signal })
    this.replace(object)
    return object
  }
}
