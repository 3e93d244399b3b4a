import type { IncomingMessage, ServerResponse } from 'node:http'
import { Board } from '../stream/board.js'
import { Frames } from '../stream/frames.js'
import { Streams } from '../stream/streams.js'
import { json, Refusal } from './answer.js'
import { Assets } from './assets.js'
import { type Endpoint, endpoints } from './endpoints.js'
import { demandHost } from './guard.js'
import { securityHeaders } from './headers.js'
import type { DashboardOptions } from './options.js'

/** For `http.createServer`. */
export interface DashboardHandler {
  (request: IncomingMessage, response: ServerResponse): void
  /** Ends every stream and lets the source go. */
  close(): void
}

/** Serves the page and its API at the root of a server. It answers every request itself and never throws. */
export function dashboardHandler(options: DashboardOptions): DashboardHandler {
  const { source, playground, hosts = [], historyEach = 500, historyAll = 20_000 } = options
  const { readers = 200, gatherMs = 100, beatMs = 15_000, stallMs = 60_000 } = options
  const now = () => Date.now()
  const board = new Board({ each: historyEach, all: historyAll }, now)
  const frames = new Frames(board, now)
  const limits = { gatherMs, beatMs, stallMs, readers }
  const streams = new Streams({ frames, seq: () => board.seq, limits, playground })
  const assets = new Assets(options.page ?? new URL('../../dist/page/', import.meta.url))
  const table = endpoints({ options, board, streams, now })
  const ends = [
    board.follow(source, () => streams.changed()),
    playground?.subscribe(() => streams.extrasChanged()) ?? (() => {}),
  ]

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandHost(request, hosts)
    const { pathname, searchParams } = addressOf(request)
    const looks = request.method === 'GET' || request.method === 'HEAD'
    if (looks && assets.answer(pathname, request, response)) return
    const [endpoint, parts] = find(table, pathname)
    if (!(looks ? ['GET'] : [request.method]).includes(endpoint.method))
      throw new Refusal(405, `${pathname} takes ${endpoint.method} only`, { allow: endpoint.method })
    await endpoint.handle({ request, response, parts, query: searchParams })
  }

  const handler = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
    answer(request, response).catch(error => {
      const { status = 500, headers = {} } = error instanceof Refusal ? error : {}
      const message = error instanceof Refusal ? error.message : 'this could not be answered'
      if (response.headersSent) response.destroy()
      else json(response, status, { error: message }, headers)
    })
  }
  return Object.assign(handler, {
    close() {
      for (const end of ends) end()
      streams.close()
    },
  })
}

function addressOf({ url = '/' }: IncomingMessage): URL {
  if (URL.canParse(url, 'http://localhost')) return new URL(url, 'http://localhost')
  throw new Refusal(400, 'the address can not be read')
}

function find(table: readonly Endpoint[], path: string): readonly [Endpoint, readonly string[]] {
  for (const endpoint of table) {
    const match = endpoint.path.exec(path)
    if (match !== null) return [endpoint, match.slice(1).map(decode)]
  }
  throw new Refusal(404, `there is nothing at ${path}`)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal(400, `${part} is not properly encoded`)
  }
}
