import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { onTestFinished } from 'vitest'
import { type PatchOperation, patchInPlace } from '../../../../test/support/json-patch.js'

export interface ApiObject {
  apiVersion?: string
  kind?: string
  metadata: {
    name: string
    namespace: string
    uid?: string
    resourceVersion?: string
    generation?: number
    creationTimestamp?: string
    deletionTimestamp?: string
    finalizers?: string[]
    annotations?: Record<string, string>
    labels?: Record<string, string>
    managedFields?: object[]
  }
  spec?: unknown
  status?: unknown
}

export interface ApiRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly body: unknown
}

interface Place {
  readonly collection: string
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly status: boolean
}

const groups = ['otomato.link/v1alpha1', 'networking.istio.io/v1', 'coordination.k8s.io/v1', 'apps/v1']

/**
 * A small Kubernetes API on a real port: list, watch, create, replace, JSON patch, delete with finalizers, generations,
 * resourceVersions, managedFields, and the refusals that a controller has to tell apart (404, 409, 422).
 */
export class ApiServer {
  readonly requests: ApiRequest[] = []
  /** Answers a request in place of the server when it returns a status; awaited before each. */
  gate: (request: ApiRequest) => number | undefined | Promise<number | undefined> = () => undefined
  readonly #objects = new Map<string, ApiObject>()
  readonly #log: { collection: string; version: number; type: string; object: ApiObject }[] = []
  readonly #watchers = new Set<() => void>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #version = 1000

  /** A server that ends with the test. */
  static async start(): Promise<ApiServer> {
    const api = new ApiServer()
    api.#server.listen(0, '127.0.0.1')
    await once(api.#server, 'listening')
    onTestFinished(() => api.stop())
    return api
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Writes that arrived, e.g. `PATCH birdwatches/status`. */
  get writes(): string[] {
    return this.requests
      .filter(({ method, path }) => method !== 'GET' && !path.includes('/leases'))
      .map(({ method, path }) => {
        const { collection, status } = placeOf(path)
        return `${method} ${collection.split('/').at(-1)}${status ? '/status' : ''}`
      })
  }

  get(collection: string, namespace: string, name: string): ApiObject | undefined {
    return structuredClone(this.#objects.get(`${collection}/${namespace}/${name}`))
  }

  list(collection: string): ApiObject[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(`${collection}/`))
      .map(([, object]) => structuredClone(object))
  }

  /** Creates or changes an object as somebody would; `change` gets a copy to work on. */
  edit(
    collection: string,
    namespace: string,
    name: string,
    change: (object: ApiObject) => void,
    manager = 'kubectl-edit',
  ) {
    const known = this.get(collection, namespace, name)
    const object = this.get(collection, namespace, name) ?? { metadata: { name, namespace } }
    change(object)
    return this.#put(collection, known, object, manager)
  }

  remove(collection: string, namespace: string, name: string): void {
    const object = this.get(collection, namespace, name)
    if (object === undefined) return
    if (object.metadata.finalizers?.length) {
      this.edit(collection, namespace, name, o =>
        Object.assign(o.metadata, { deletionTimestamp: new Date().toISOString() }),
      )
    } else this.#delete(collection, object)
  }

  #put(collection: string, known: ApiObject | undefined, object: ApiObject, manager: string): ApiObject {
    const version = ++this.#version
    const { metadata } = object
    metadata.uid ??= `uid-${version}`
    metadata.creationTimestamp ??= new Date().toISOString()
    metadata.generation = (known?.metadata.generation ?? 0) + (isDeepStrictEqual(known?.spec, object.spec) ? 0 : 1)
    metadata.managedFields = managedFields(known, object, manager)
    metadata.resourceVersion = String(version)
    this.#objects.set(`${collection}/${metadata.namespace}/${metadata.name}`, object)
    const gone = metadata.deletionTimestamp !== undefined && !metadata.finalizers?.length
    if (gone) this.#delete(collection, object)
    else this.#tell(collection, known === undefined ? 'ADDED' : 'MODIFIED', object)
    return object
  }

  #delete(collection: string, object: ApiObject): void {
    this.#objects.delete(`${collection}/${object.metadata.namespace}/${object.metadata.name}`)
    this.#tell(collection, 'DELETED', {
      ...object,
      metadata: { ...object.metadata, resourceVersion: String(++this.#version) },
    })
  }

  #tell(collection: string, type: string, object: ApiObject): void {
    this.#log.push({ collection, version: this.#version, type, object: structuredClone(object) })
    for (const watcher of this.#watchers) watcher()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://api')
    let text = ''
    for await (const chunk of request) text += chunk
    const seen = {
      method: request.method ?? 'GET',
      path: url.pathname,
      body: text === '' ? undefined : JSON.parse(text),
    }
    this.requests.push(seen)
    const refused = await this.gate(seen)
    if (refused !== undefined) return send(response, refused, refusal(refused))
    const [, apis, group] = url.pathname.split('/')
    if (apis === 'apis' && url.pathname === `/apis/${group}`)
      return send(response, 200, { versions: versionsOf(group) })
    const place = placeOf(url.pathname)
    if (seen.method === 'GET' && place.name === undefined)
      return url.searchParams.has('watch')
        ? this.#watch(place, url, response)
        : send(response, 200, this.#listed(place))
    const manager = url.searchParams.get('fieldManager') ?? 'unknown'
    const answer = this.#act(seen, place, manager)
    if (typeof answer !== 'number') return send(response, 200, answer)
    send(response, answer, { ...refusal(answer), ...(seen.method === 'POST' ? { reason: 'AlreadyExists' } : {}) })
  }

  /** The object that is answered with, or the status of a refusal. */
  #act({ method, body }: ApiRequest, place: Place, manager: string): object | number {
    const { collection, namespace = '' } = place
    const name = place.name ?? (body as ApiObject).metadata.name
    const known = this.get(collection, namespace, name)
    if (method === 'POST')
      return known === undefined ? this.#put(collection, undefined, placed(body, namespace), manager) : 409
    if (known === undefined) return 404
    if (method === 'GET') return known
    if (method === 'DELETE') {
      this.remove(collection, namespace, name)
      return known
    }
    const wanted = method === 'PUT' ? (body as ApiObject) : structuredClone(known)
    if (method !== 'PUT' && !patchInPlace(wanted, body as PatchOperation[])) return 422
    if (wanted.metadata.resourceVersion !== known.metadata.resourceVersion) return 409
    const next = place.status ? { ...known, status: wanted.status } : { ...wanted, status: known.status }
    return isDeepStrictEqual(next, known) ? known : this.#put(collection, known, next, manager)
  }

  #listed({ collection, namespace }: Place): object {
    const items = this.list(collection).filter(o => namespace === undefined || o.metadata.namespace === namespace)
    return { metadata: { resourceVersion: String(this.#version) }, items }
  }

  #watch({ collection, namespace }: Place, url: URL, response: ServerResponse): void {
    let sent = Number(url.searchParams.get('resourceVersion'))
    response.writeHead(200, { 'content-type': 'application/json' })
    response.flushHeaders()
    const more = () => {
      for (const event of this.#log.filter(e => e.version > sent)) {
        sent = event.version
        const here = namespace === undefined || event.object.metadata.namespace === namespace
        if (event.collection === collection && here)
          response.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`)
      }
    }
    this.#watchers.add(more)
    response.on('close', () => this.#watchers.delete(more))
    more()
  }
}

const versionsOf = (group = '') =>
  groups.filter(g => g.startsWith(`${group}/`)).map(groupVersion => ({ version: groupVersion.split('/')[1] }))

function placeOf(path: string): Place {
  const parts = path.split('/').slice(1)
  const begin = parts[0] === 'api' ? 2 : 3
  const namespaced = parts[begin] === 'namespaces'
  const [plural, name, sub] = parts.slice(namespaced ? begin + 2 : begin)
  const collection = [...parts.slice(1, begin), plural].join('/')
  return { collection, namespace: namespaced ? parts[begin + 1] : undefined, name, status: sub === 'status' }
}

const placed = (body: unknown, namespace: string): ApiObject => {
  const object = body as ApiObject
  return { ...object, metadata: { ...object.metadata, namespace } }
}

type Owned = Record<string, Record<string, unknown>>
interface Owner {
  manager: string
  time: string
  fieldsV1: { 'f:metadata': { 'f:annotations': Owned }; 'f:spec': Owned }
}

/** Who owns which annotation and which list of the spec: whoever changed it last. */
function managedFields(known: ApiObject | undefined, object: ApiObject, manager: string): object[] {
  const before = (known?.metadata.managedFields ?? []) as Owner[]
  const annotations = changed(known?.metadata.annotations, object.metadata.annotations)
  const spec = changed(known?.spec, object.spec)
  if (annotations.length + spec.length === 0) return before
  const owned = (fields: string[]): Owned => Object.fromEntries(fields.map(field => [field, {}]))
  const without = (fields: Owned, taken: string[]): Owned =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !taken.includes(field)))
  const others = before.map(({ fieldsV1, ...owner }) => ({
    ...owner,
    fieldsV1: {
      'f:metadata': { 'f:annotations': without(fieldsV1['f:metadata']['f:annotations'], annotations) },
      'f:spec': without(fieldsV1['f:spec'], spec),
    },
  }))
  const time = `${new Date().toISOString().slice(0, 19)}Z`
  const mine = { 'f:metadata': { 'f:annotations': owned(annotations) }, 'f:spec': owned(spec) }
  return [...others, { manager, time, fieldsV1: mine }].slice(-10)
}

function changed(before: unknown, after: unknown): string[] {
  const fields = (value: unknown) => (value ?? {}) as Record<string, unknown>
  return Object.keys(fields(after))
    .filter(key => !isDeepStrictEqual(fields(before)[key], fields(after)[key]))
    .map(key => `f:${key}`)
}

function refusal(status: number): object {
  const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'NotFound', 409: 'Conflict', 422: 'Invalid' }
  return { kind: 'Status', status: 'Failure', code: status, reason: reasons[status], message: 'refused' }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
