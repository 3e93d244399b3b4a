/** The fields of `networking.istio.io` that the router reads. A store may drop every other field. */

export interface ManagedFieldsEntry {
  readonly manager?: string
  /** RFC 3339, whole seconds. */
  readonly time?: string
  readonly fieldsV1?: { readonly [field: string]: unknown }
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace: string
  readonly resourceVersion: string
  readonly generation?: number
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

export interface Destination {
  readonly host?: string
  readonly subset?: string
}

export interface WeightedDestination {
  readonly destination?: Destination
  readonly weight?: number
}

export interface Route {
  readonly name?: string
  readonly route?: readonly WeightedDestination[]
  readonly mirror?: Destination
  readonly mirrors?: readonly { readonly destination?: Destination }[]
}

export interface VirtualService {
  readonly metadata: ObjectMeta
  readonly spec?: { readonly http?: readonly Route[]; readonly tcp?: readonly Route[]; readonly tls?: readonly Route[] }
}

export interface Subset {
  readonly name?: string
  readonly labels?: { readonly [label: string]: string }
}

export interface DestinationRule {
  readonly metadata: ObjectMeta
  readonly spec?: { readonly host?: string; readonly subsets?: readonly Subset[] }
}

export interface Kinds {
  VirtualService: VirtualService
  DestinationRule: DestinationRule
}
export type Kind = keyof Kinds

export interface ObjectRef<K extends Kind = Kind> {
  readonly kind: K
  readonly namespace: string
  readonly name: string
}

/** One operation of a JSON patch (RFC 6902), of the three kinds that the router uses. */
export interface Operation {
  readonly op: 'test' | 'replace' | 'add'
  /** JSON pointer. */
  readonly path: string
  readonly value: string | number
}

/**
 * What the router asks of the Kubernetes API. What it rejects with must have a `message` without secrets, and the HTTP
 * status as `status` (or as a numeric `code`) when there was an answer; without one a write counts as unanswered. A write
 * that was carried out and whose answer can not be used is rejected with the status of that success.
 */
export interface Objects {
  /** The cached object. The cache holds what `read` and `patch` resolved with, and never goes back behind it. */
  get<K extends Kind>(ref: ObjectRef<K>): Kinds[K] | undefined
  /** A consistent GET, past the cache, which then holds the result; undefined (or a rejection with 404) for no object. */
  read<K extends Kind>(ref: ObjectRef<K>, signal: AbortSignal): Promise<Kinds[K] | undefined>
  /** Sends a JSON patch as `fieldManager`, once; the cache holds the object answered before this resolves. */
  patch(ref: ObjectRef, operations: readonly Operation[], options: PatchOptions): Promise<unknown>
  /** Calls `changed` when `get` may answer differently; returns a function that ends it. */
  watch(ref: ObjectRef, changed: () => void): () => void
}

export interface PatchOptions {
  /** The query parameter `fieldManager`: the name under which the router recognises its own writes. */
  readonly fieldManager: string
  readonly signal: AbortSignal
}
