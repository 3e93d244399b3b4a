/** The part of `metadata` this package looks at. Every Kubernetes object type has it. */
export interface ObjectMeta {
  name?: string
  namespace?: string
  uid?: string
  resourceVersion?: string
}

export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata?: ObjectMeta
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'

/** One line of a watch. A BOOKMARK's object carries nothing but `metadata.resourceVersion`. */
export interface WatchEvent<K = KubeObject> {
  type: WatchEventType
  object: K
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export interface RequestOptions {
  /** Aborting it ends the request at once with `KUBE_ABORTED`. */
  signal?: AbortSignal | undefined
  /** Deadline for credentials, connection, head and body together, milliseconds. Default: the client's. */
  timeoutMs?: number | undefined
  /** Further query parameters; undefined ones are left out. */
  query?: Query | undefined
}

export interface WriteOptions extends RequestOptions {
  /** The server checks and answers as if it had written, and writes nothing. */
  dryRun?: boolean | undefined
  /** The owner of the written fields in managedFields. Default: the client's. */
  fieldManager?: string | undefined
}

export interface PatchOptions extends WriteOptions {
  /** `json`: a list of RFC 6902 operations. `merge`: RFC 7386. `apply`: server-side apply. */
  type: 'json' | 'merge' | 'apply'
  /** For `apply`: take over fields that others own. Default false: 409 `KUBE_CONFLICT`. */
  force?: boolean | undefined
}

export interface DeleteOptions extends RequestOptions {
  dryRun?: boolean | undefined
  /** A Kubernetes DeleteOptions object, e.g. `{ preconditions: { uid } }`. */
  body?: object | undefined
}

export interface Selection {
  labelSelector?: string | undefined
  fieldSelector?: string | undefined
}

export interface ListOptions<K, R = K> extends RequestOptions, Selection {
  /** Objects per request. Default 500; 0 asks for everything at once. The deadline is per request. */
  pageSize?: number | undefined
  /** Applied to each object as its page arrives, so that whole objects need not be kept. Default: the object itself. */
  project?: ((object: K) => R) | undefined
}

export interface ListResult<R> {
  items: R[]
  /** The version of the collection: where a watch goes on from. */
  resourceVersion: string
}

export interface WatchOptions extends RequestOptions, Selection {
  /** Events after this version. Without it the server begins with an ADDED for every object. */
  resourceVersion?: string | undefined
  /** After which the server ends the watch, seconds. Default: the server's choice. */
  timeoutSeconds?: number | undefined
  /** No event and no bookmark for longer than this: `KUBE_TIMEOUT`. Milliseconds, default 90 000. */
  silenceMs?: number | undefined
}

/**
 * A Kubernetes API over a pool of kept-alive connections. Paths are absolute, as `resourcePath` makes them. Every
 * failure is a `KubeError`; nothing is retried except a read on a connection the server had just closed, and a request
 * refused with 401 when reading the credentials again gave other ones.
 */
export interface Client {
  /** The namespace of the kubeconfig context, or of the pod; undefined when neither names one. */
  readonly namespace: string | undefined
  get<T>(path: string, options?: RequestOptions): Promise<T>
  /** Reads a whole collection, page by page, as of one moment not earlier than the call. */
  list<K, R = K>(path: string, options?: ListOptions<K, R>): Promise<ListResult<R>>
  create<T>(path: string, body: object, options?: WriteOptions): Promise<T>
  replace<T>(path: string, body: object, options?: WriteOptions): Promise<T>
  patch<T>(path: string, patch: object, options: PatchOptions): Promise<T>
  /** Resolves with the deleted object while finalizers keep it, else with a Status. */
  delete<T>(path: string, options?: DeleteOptions): Promise<T>
  /**
   * One watch request, sent when the iteration begins; leaving the loop ends it. It finishes when the server ends the
   * watch, and throws a `KubeError` when the connection breaks, falls silent, or brings an ERROR event (`KUBE_GONE`
   * when the version is too old).
   */
  watch<K = KubeObject>(path: string, options?: WatchOptions): AsyncIterable<WatchEvent<K>>
  /** Closes every connection, busy or not. Requests under way end with `KUBE_UNREACHABLE`. */
  close(): void
}
