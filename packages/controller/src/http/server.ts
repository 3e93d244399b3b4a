import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger } from '@birdwatch/core'

/** Answers requests for one path, or for everything below it when the path ends in `/`. */
export interface Route {
  readonly path: string
  /** The methods it takes; left out: GET and HEAD. */
  readonly methods?: readonly string[]
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>
}

export interface HttpServer {
  readonly port: number
  /** Stops listening, and ends the connections that are open. */
  close(): Promise<void>
}

export interface HttpOptions {
  readonly host: string
  /** 0 takes any port that is free. */
  readonly port: number
  readonly routes: readonly Route[]
  readonly logger: Logger
}

const onlyLooking = ['GET', 'HEAD'] as const

/** Serves the routes; the longest path that fits wins. Rejects when it can not listen. */
export async function startHttp({ host, port, routes, logger }: HttpOptions): Promise<HttpServer> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(routes, logger, request, response)
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

export function reply(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  const headers = { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
  response.writeHead(status, headers).end(body)
}

async function answer(
  routes: readonly Route[],
  logger: Logger,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '/').replace(/\?.*/, '')
  const [route] = routes
    .filter(r => r.path === path || (r.path.endsWith('/') && path.startsWith(r.path)))
    .sort((a, b) => b.path.length - a.path.length)
  try {
    const methods = route?.methods ?? onlyLooking
    if (!methods.includes(request.method ?? ''))
      reply(response.setHeader('allow', methods.join(', ')), 405, `only ${methods.join(' and ')}\n`)
    else if (route === undefined)
      reply(response, 404, `no ${path} here; there is ${routes.map(r => r.path).join(', ')}\n`)
    else await route.handle(request, response)
  } catch (error) {
    logger.error('request failed', { path, error: (error as Error).message })
    if (!response.headersSent) reply(response, 500, 'failed; the log says why\n')
    else response.destroy()
  }
}
