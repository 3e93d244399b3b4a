import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

export const proxyFaults = ['reset', 'black hole', 'slow', 'truncated', '429', '500'] as const
export type ProxyFault = (typeof proxyFaults)[number]

export interface FaultProxyOptions {
  /** Where requests go: `https://127.0.0.1:6443`. */
  target: string
  /** To speak TLS on both sides: the proxy's own certificate, and the authority of the target's; PEM. */
  tls?: { key: string; cert: string; ca: string }
}

/** A request that is slow is passed on this much later, milliseconds. */
const slowMs = 2000

/** Stands between a client and an HTTP server, and does to requests what networks and servers do on a bad day. */
export class FaultProxy {
  #fault: ProxyFault | undefined
  readonly #server: http.Server
  readonly #sockets = new Set<Socket>()

  private constructor(readonly options: FaultProxyOptions) {
    const handle = (request: http.IncomingMessage, response: http.ServerResponse) => this.#handle(request, response)
    const { tls } = options
    this.#server = tls ? https.createServer({ key: tls.key, cert: tls.cert }, handle) : http.createServer(handle)
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  /** From now on every request meets this fault; watches that are open end. */
  strike(fault: ProxyFault): void {
    this.#fault = fault
    this.cut()
  }

  /** From now on requests are passed on as they are; what hangs, ends. */
  mend(): void {
    if (this.#fault === 'black hole') this.cut()
    this.#fault = undefined
  }

  /** Ends every connection, whatever it carries. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    this.cut()
    await closed
  }

  #handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const fault = this.#fault
    request.on('error', () => {})
    response.on('error', () => {})
    switch (fault) {
      case 'reset':
        this.#reset(request.socket.remotePort)
        break
      case 'black hole':
        request.resume()
        break
      case '429':
        response.writeHead(429, { 'retry-after': '1' }).end()
        break
      case '500':
        response.writeHead(500).end('a page that is no JSON')
        break
      case 'slow':
        setTimeout(() => this.#pass(request, response, false), slowMs)
        break
      default:
        this.#pass(request, response, fault === 'truncated')
    }
  }

  /** A TLS socket can not be reset; the connection under it can. */
  #reset(remotePort: number | undefined): void {
    for (const socket of this.#sockets) if (socket.remotePort === remotePort) socket.resetAndDestroy()
  }

  #pass(request: http.IncomingMessage, response: http.ServerResponse, truncate: boolean): void {
    const { target, tls } = this.options
    const { method, url = '/', headers } = request
    const send = tls ? https.request : http.request
    const upstream = send(new URL(url, target), { method, headers, ...(tls ? { ca: tls.ca } : {}) }, answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      if (truncate) answer.once('data', (chunk: Buffer) => this.#half(chunk, response))
      else answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    upstream.on('error', () => response.destroy())
    response.once('close', () => upstream.destroy())
    request.pipe(upstream)
  }

  #half(chunk: Buffer, response: http.ServerResponse): void {
    response.write(chunk.subarray(0, chunk.length / 2), () => response.destroy())
  }
}
