import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import https from 'node:https'
import { text } from 'node:stream/consumers'

export interface Credentials {
  /** e.g. `https://127.0.0.1:12003` */
  server: string
  ca: string
  cert?: string
  key?: string
  token?: string
}

/** An answer of the API server, whatever its status code is. */
export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** Parsed JSON, or the text when it is not JSON. */
  body: unknown
}

export interface RequestOptions {
  body?: unknown
  /** Default `application/json`. */
  contentType?: string
  headers?: Record<string, string>
  /** Milliseconds without a byte; default 30 000. 0: none (watches). */
  timeoutMs?: number
}

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }]
  users: [{ user: { 'client-certificate-data'?: string; 'client-key-data'?: string; token?: string } }]
}

/** Reads a kubeconfig that this package wrote: JSON, one cluster, one user. */
export function credentialsFrom(kubeconfig: string): Credentials {
  const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig
  const { 'client-certificate-data': cert, 'client-key-data': key, token } = users[0].user
  const { server, 'certificate-authority-data': ca } = clusters[0].cluster
  const decoded = (data: string) => Buffer.from(data, 'base64').toString()
  return {
    server,
    ca: decoded(ca),
    ...(cert && key ? { cert: decoded(cert), key: decoded(key) } : {}),
    ...(token ? { token } : {}),
  }
}

/** HTTPS with JSON over a few kept connections. */
export class Transport {
  readonly #credentials: Credentials
  readonly #agent: https.Agent

  constructor(credentials: Credentials) {
    const { ca, cert, key } = credentials
    this.#credentials = credentials
    this.#agent = new https.Agent({ keepAlive: true, ca, cert, key })
  }

  /** Sends a request and reads the answer to its end. Rejects only when no answer came. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const response = await this.open(method, path, options)
    const raw = await text(response)
    return { status: response.statusCode ?? 0, headers: response.headers, body: parsed(raw) }
  }

  /** Sends a request and returns the response while its body is still to be read. */
  open(method: string, path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
    const { body, contentType = 'application/json', headers, timeoutMs = 30_000 } = options
    const { server, token } = this.#credentials
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    return new Promise((resolve, reject) => {
      const request = https.request(new URL(path, server), {
        method,
        agent: this.#agent,
        timeout: timeoutMs,
        headers: {
          accept: 'application/json',
          'user-agent': 'birdwatch-test-cluster',
          ...(payload ? { 'content-type': contentType, 'content-length': payload.length } : {}),
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
      })
      request.once('timeout', () => request.destroy(new Error(`${method} ${path}: silent for ${timeoutMs} ms`)))
      request.once('response', resolve)
      request.once('error', reject)
      request.end(payload)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw)
  } catch {
    return raw
  }
}
