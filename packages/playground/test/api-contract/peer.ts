import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'

/** The API server that the contract is checked on. */
export interface Peer {
  /** e.g. `https://127.0.0.1:6443` */
  readonly url: string
  /** For a server that asks for a client certificate. */
  readonly tls?: Pick<https.AgentOptions, 'ca' | 'cert' | 'key'>
  /** Makes the resource of a CustomResourceDefinition served, and resolves when it is. */
  install(crd: object): Promise<void>
  /** Whether something deletes what has lost its owner. Default true. */
  readonly collectsGarbage?: boolean
}

export interface Sent {
  readonly body?: unknown
  /** Default `application/json`. */
  readonly type?: string
  readonly accept?: string
  /** Who writes: the first word of the User-Agent. Default `contract`. */
  readonly by?: string
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into by the expectations of a test
type Body = any

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Body
}

/** The patches of Kubernetes, by their short names. */
export const patchTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** A plain client: what it is told, it sends; what comes, it hands on. */
export class Api {
  readonly #peer: Peer
  readonly #agent: http.Agent

  constructor(peer: Peer) {
    this.#peer = peer
    this.#agent = peer.url.startsWith('https:')
      ? new https.Agent({ keepAlive: true, ...peer.tls })
      : new http.Agent({ keepAlive: true })
  }

  get collectsGarbage(): boolean {
    return this.#peer.collectsGarbage ?? true
  }

  close(): void {
    this.#agent.destroy()
  }

  get(path: string, accept?: string): Promise<Answer> {
    return this.send('GET', path, accept === undefined ? {} : { accept })
  }

  post(path: string, body: unknown, by?: string): Promise<Answer> {
    return this.send('POST', path, { body, ...(by !== undefined && { by }) })
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, { body })
  }

  patch(path: string, kind: keyof typeof patchTypes, body: unknown, by?: string): Promise<Answer> {
    return this.send('PATCH', path, { body, type: patchTypes[kind], ...(by !== undefined && { by }) })
  }

  delete(path: string, body?: unknown): Promise<Answer> {
    return this.send('DELETE', path, { body })
  }

  async send(method: string, path: string, sent: Sent = {}): Promise<Answer> {
    const response = await this.#open(method, path, sent)
    let text = ''
    for await (const chunk of response.setEncoding('utf8')) text += chunk
    const { statusCode: status = 0, headers } = response
    return { status, headers, body: text.startsWith('{') ? JSON.parse(text) : text }
  }

  /** The events of a watch, as they come; breaking out of the loop ends it. */
  async *watch(path: string, accept?: string): AsyncGenerator<{ type: string; object: Body }> {
    const response = await this.#open('GET', path, accept === undefined ? {} : { accept })
    try {
      for await (const line of createInterface({ input: response })) yield JSON.parse(line)
    } finally {
      response.destroy()
    }
  }

  /** All events until the server ends the watch. */
  async events(path: string, accept?: string): Promise<{ type: string; object: Body }[]> {
    const events = []
    for await (const event of this.watch(path, accept)) events.push(event)
    return events
  }

  #open(
    method: string,
    path: string,
    { body, type = 'application/json', accept = 'application/json', by = 'contract' }: Sent,
  ): Promise<http.IncomingMessage> {
    const { url } = this.#peer
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const headers = {
      accept,
      'user-agent': `${by}/1`,
      ...(text !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(text) }),
    }
    const { request } = url.startsWith('https:') ? https : http
    return new Promise((resolve, reject) => {
      request(new URL(path, url), { method, headers, agent: this.#agent }, resolve).once('error', reject).end(text)
    })
  }
}
