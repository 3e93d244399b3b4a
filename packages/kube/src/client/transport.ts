import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Call } from './call.js'
import type { Access } from './credentials.js'

export interface Outgoing {
  readonly method: string
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body: string | undefined
}

/** The head of an answer, and its body as it comes. */
export interface Answer extends AsyncIterable<Buffer> {
  readonly statusCode?: number | undefined
  readonly headers: IncomingHttpHeaders
  /** Gives up the rest of the body. */
  destroy(): void
}

/**
 * Sends one request and resolves with the head of the answer; the body is the caller's to read or destroy. Aborting
 * `signal` destroys either with the signal's reason. The signal must belong to this request alone. `call.sent` and
 * `call.status` are set on the way: they say what an error may have done.
 */
export type Transport = (call: Call, outgoing: Outgoing, access: Access, signal: AbortSignal) => Promise<Answer>

/** The transport over HTTP: the default. */
export function send(
  call: Call,
  { method, url, headers, body }: Outgoing,
  access: Access,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const outgoing = request(url, {
      method,
      agent: access.agent,
      headers: { ...headers, ...access.headers },
      ...(access.auth === undefined ? {} : { auth: access.auth }),
    })
    let answer: IncomingMessage | undefined
    signal.addEventListener('abort', () => (answer ?? outgoing).destroy(signal.reason))
    outgoing.once('socket', socket => {
      call.reusedConnection = outgoing.reusedSocket
      whenConnected(socket, call.reusedConnection, () => {
        call.sent = true
      })
    })
    outgoing.once('response', response => {
      answer = response
      call.status = response.statusCode
      // An abort may come before anybody reads: the reader learns of it, the process must not.
      response.on('error', () => {})
      resolve(response)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Nothing of a request leaves before the connection stands, TLS included. */
function whenConnected(socket: Socket, reused: boolean, connected: () => void): void {
  if (reused) connected()
  else if (socket instanceof TLSSocket) socket.once('secureConnect', connected)
  else if (socket.connecting) socket.once('connect', connected)
  else connected()
}
