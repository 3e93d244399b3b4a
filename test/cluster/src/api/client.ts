import {
  type Collection,
  collectionPath,
  type KubeObject,
  objectPath,
  type PatchOperation,
  type Ref,
  refTo,
} from './objects.js'
import { type Answer, type Credentials, credentialsFrom, type RequestOptions, Transport } from './transport.js'

interface Status {
  message?: string
  reason?: string
  details?: unknown
}

/** The API server answered with a status of 400 or more. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    request: string,
    /** HTTP status, e.g. 404. */
    readonly status: number,
    /** Machine-readable reason of the Status body, e.g. `NotFound`. */
    readonly reason: string | undefined,
    readonly details: unknown,
    message: string,
  ) {
    super(`${request}: ${status} ${message}`)
  }
}

export interface PatchOptions {
  subresource?: 'status' | 'scale'
  /** Default `test`. */
  fieldManager?: string
}

/** A small Kubernetes client for arranging tests and looking at results; every call is one request. */
export class Api {
  readonly transport: Transport

  constructor(credentials: Credentials) {
    this.transport = new Transport(credentials)
  }

  static fromKubeconfig(path: string): Api {
    return new Api(credentialsFrom(path))
  }

  /** @throws ApiError for every status of 400 or more. */
  async request<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
    return checked<T>(`${method} ${path}`, await this.transport.send(method, path, options))
  }

  get<T extends KubeObject>(ref: Ref): Promise<T> {
    return this.request('GET', objectPath(ref))
  }

  /** The object, or `undefined` when there is none. */
  async find<T extends KubeObject>(ref: Ref): Promise<T | undefined> {
    return orAbsent(this.get<T>(ref))
  }

  async list<T extends KubeObject>(collection: Collection, query: Record<string, string> = {}): Promise<T[]> {
    const path = `${collectionPath(collection)}?${new URLSearchParams(query)}`
    const { items } = await this.request<{ items: T[] }>('GET', path)
    return items.map(item => ({ ...item, apiVersion: collection.apiVersion, kind: collection.kind }))
  }

  create<T extends KubeObject>(object: T): Promise<T> {
    return this.request('POST', collectionPath(refTo(object)), { body: object })
  }

  /** Server-side apply, taking over fields of other managers. */
  apply<T extends KubeObject>(object: T, { subresource, fieldManager = 'test' }: PatchOptions = {}): Promise<T> {
    const path = `${objectPath(refTo(object), subresource)}?force=true&fieldManager=${fieldManager}`
    return this.request('PATCH', path, { body: object, contentType: 'application/apply-patch+yaml' })
  }

  /** JSON patch (RFC 6902). */
  patch<T extends KubeObject>(ref: Ref, operations: readonly PatchOperation[], options?: PatchOptions): Promise<T> {
    return this.#patch(ref, operations, 'application/json-patch+json', options)
  }

  /** JSON merge patch (RFC 7396). */
  merge<T extends KubeObject>(ref: Ref, changes: object, options?: PatchOptions): Promise<T> {
    return this.#patch(ref, changes, 'application/merge-patch+json', options)
  }

  /** Deletes the object; one that is already gone is no error. The object may stay for as long as it has finalizers. */
  async delete(ref: Ref, options: { gracePeriodSeconds?: number; uid?: string } = {}): Promise<void> {
    const { uid, gracePeriodSeconds } = options
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    }
    await orAbsent(this.request('DELETE', objectPath(ref), { body }))
  }

  /** Closes the kept connections. */
  close(): void {
    this.transport.close()
  }

  #patch<T>(ref: Ref, body: unknown, contentType: string, options: PatchOptions = {}): Promise<T> {
    const { subresource, fieldManager = 'test' } = options
    const path = `${objectPath(ref, subresource)}?fieldManager=${fieldManager}`
    return this.request('PATCH', path, { body, contentType })
  }
}

function checked<T>(request: string, { status, body }: Answer): T {
  if (status < 400) return body as T
  const { reason, details, message }: Status = typeof body === 'object' && body !== null ? body : {}
  throw new ApiError(request, status, reason, details, message ?? String(body))
}

async function orAbsent<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}
