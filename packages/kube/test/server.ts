import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'

export interface TestServer {
  readonly url: string
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: number
  /** `METHOD /path?query` of every request so far. */
  readonly requests: readonly string[]
  /** Breaks every connection with a reset. */
  reset(): void
  /** Handles CONNECT requests: a proxy. */
  onConnect(tunnel: (target: string, socket: Duplex) => void): void
  /** Stops listening and breaks every connection. */
  stop(): Promise<void>
}

export interface ServerSettings {
  /** A port to listen on again after a restart. Default: any. */
  port?: number
  tls?: ServerOptions
}

/** A real server on the loopback interface that ends with the test. */
export async function startServer(
  handler: RequestListener,
  { port = 0, tls }: ServerSettings = {},
): Promise<TestServer> {
  const sockets = new Set<Socket>()
  const requests: string[] = []
  let connections = 0
  const listener: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`)
    handler(request, response)
  }
  const server = tls ? createHttps(tls, listener) : createHttp(listener)
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  const reset = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  const stop = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    reset()
    await closed
  }
  onTestFinished(stop)
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    reset,
    stop,
    onConnect: tunnel => void server.on('connect', ({ url = '' }, socket) => tunnel(url, socket)),
    get connections() {
      return connections
    },
  }
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export async function readText(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** Answers nothing, ever. */
export const blackHole: RequestListener = () => {}
