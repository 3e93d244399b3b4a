import type { IncomingMessage, ServerResponse } from 'node:http'
import type { KubeObject } from '../src/client/types.js'
import { answerJson, readText, type ServerSettings, startServer, type TestServer } from './server.js'

type Stored = KubeObject & { metadata: { name: string; uid: string; resourceVersion: string }; spec: object }

interface LoggedEvent {
  readonly version: number
  readonly line: string
}

/** Answers a request instead of the API; false lets the API answer after all. */
export type Fault = (request: IncomingMessage, response: ServerResponse) => boolean | undefined | Promise<void>

/** One collection of a Kubernetes API with the real one's semantics of versions, watches and conflicts. */
export class FakeApi {
  readonly path = '/apis/birds/v1/birds'
  server!: TestServer
  #version = 0
  #compacted = 0
  #objects = new Map<string, Stored>()
  #log: LoggedEvent[] = []
  readonly #watchers = new Set<ServerResponse>()
  readonly #faults: Fault[] = []

  static async start(settings?: ServerSettings): Promise<FakeApi> {
    const api = new FakeApi()
    await api.listen(settings)
    return api
  }

  async listen(settings?: ServerSettings): Promise<void> {
    this.server = await startServer((request, response) => void this.#handle(request, response), settings)
  }

  get version(): string {
    return String(this.#version)
  }

  /** Open watches. */
  get watchers(): number {
    return this.#watchers.size
  }

  /** What every client should see in the end. */
  get objects(): Stored[] {
    return [...this.#objects.values()]
  }

  /** How often the collection was listed and watched: the versions watches began from, `list` for each list. */
  get reads(): string[] {
    return this.server.requests
      .filter(request => request.startsWith(`GET ${this.path}?`))
      .map(request => new URL(request.slice(4), this.server.url).searchParams)
      .map(query => (query.has('watch') ? (query.get('resourceVersion') ?? '') : 'list'))
  }

  /** The next request meets this fault instead of the API. */
  failNext(...faults: Fault[]): void {
    this.#faults.push(...faults)
  }

  /** Creates or changes an object; of one that is not `told`, no watch ever tells. */
  put(name: string, spec: object = {}, told = true): Stored {
    const before = this.#objects.get(name)
    const version = String(++this.#version)
    const object = {
      metadata: { name, uid: before?.metadata.uid ?? `${name}-${version}`, resourceVersion: version },
      spec,
    }
    this.#objects.set(name, object)
    if (told) this.#record(before ? 'MODIFIED' : 'ADDED', object)
    return object
  }

  remove(name: string): void {
    const before = this.#objects.get(name)
    if (!before) return
    this.#objects.delete(name)
    const metadata = { ...before.metadata, resourceVersion: String(++this.#version) }
    this.#record('DELETED', { ...before, metadata })
  }

  /** Sends every watcher a bookmark with the present version. */
  bookmark(): void {
    this.sendRaw(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: this.version } } })}\n`)
  }

  /** Sends every watcher these bytes. */
  sendRaw(text: string): void {
    for (const watcher of this.#watchers) watcher.write(text)
  }

  /** Ends every watch as after its timeoutSeconds. */
  endWatches(): void {
    for (const watcher of this.#watchers) watcher.end()
    this.#watchers.clear()
  }

  /** Forgets the history: watches from before are expired. */
  compact(): void {
    this.#log = []
    this.#compacted = this.#version
  }

  /** Forgets everything and counts from the start again, as after a restore. */
  wipe(): void {
    this.#version = 0
    this.#compacted = 0
    this.#objects = new Map()
    this.#log = []
  }

  #record(type: string, object: Stored): void {
    const line = `${JSON.stringify({ type, object })}\n`
    this.#log.push({ version: this.#version, line })
    this.sendRaw(line)
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = this.#faults.shift()
    if (fault && (await fault(request, response)) !== false) return
    const { pathname, searchParams } = new URL(request.url ?? '', this.server.url)
    const name = pathname.slice(this.path.length + 1)
    if (searchParams.has('watch')) this.#watch(searchParams, response)
    else if (request.method === 'PUT') this.#replace(name, JSON.parse(await readText(request)), response)
    else if (name) this.#get(name, response)
    else answerJson(response, { metadata: { resourceVersion: this.version }, items: this.objects })
  }

  #watch(query: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    const from = Number(query.get('resourceVersion'))
    if (from < this.#compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: `too old resource version: ${from}` }
      return void response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`)
    }
    for (const { version, line } of this.#log) if (version > from) response.write(line)
    // From a version that is still to come, the real server sends nothing until it is reached.
    if (from > this.#version) return
    this.#watchers.add(response)
    response.on('close', () => this.#watchers.delete(response))
  }

  #get(name: string, response: ServerResponse): void {
    const object = this.#objects.get(name)
    if (object) answerJson(response, object)
    else answerJson(response, { kind: 'Status', reason: 'NotFound' }, 404)
  }

  #replace(name: string, next: Stored & { spec?: object }, response: ServerResponse): void {
    const isStale = this.#objects.get(name)?.metadata.resourceVersion !== next.metadata.resourceVersion
    if (isStale) answerJson(response, { kind: 'Status', reason: 'Conflict' }, 409)
    else answerJson(response, this.put(name, next.spec))
  }
}

/** Faults as clients meet them. */
export const fault = {
  status:
    (code: number, headers: Record<string, string> = {}): Fault =>
    (_, response) => {
      response.writeHead(code, headers).end('<html>not today</html>')
      return true
    },
  reset: (): Fault => request => {
    request.socket.resetAndDestroy()
    return true
  },
  hang: (): Fault => () => true,
  truncated: (): Fault => (_, response) => {
    response.end('{"type":"ADDED","obj')
    return true
  },
  none: (): Fault => () => false,
}
