import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** One request as the server got it. */
export interface Asked {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: IncomingMessage['headers']
  /** Tells connections apart. */
  readonly port: number | undefined
}

export type Behaviour = (response: ServerResponse, asked: Asked) => void

/** A real server on a port of its own that plays Datadog. */
export interface DatadogServer {
  readonly url: string
  readonly asked: readonly Asked[]
  /** Resolves when `count` requests have arrived since the start. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

export const apiKey = '0123456789abcdef0123456789abcdef'
export const appKey = 'fedcba9876543210fedcba9876543210fedcba98'

/** Answers with JSON, as Datadog does. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const refusal = (status: number, ...errors: string[]): Behaviour => json({ errors }, status)

/** Takes the request and never answers. */
export const silence: Behaviour = () => {}

/** Half an answer, with which the connection ends. */
export const truncated: Behaviour = response => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
  response.write('{"status":"ok","series":[', () => response.destroy())
}

type Pointlist = readonly (readonly [ms: number, value: number | null])[]

export const series = (pointlist: Pointlist, ...tagSet: string[]) => ({
  metric: 'aleph.errors',
  display_name: 'aleph.errors',
  scope: tagSet.join(',') || '*',
  tag_set: tagSet,
  interval: 10,
  unit: [null, null],
  pointlist,
})

export const success = (all: readonly unknown[], more: object = {}): Behaviour =>
  json({ status: 'ok', res_type: 'time_series', resp_version: 1, query: 'q', group_by: [], series: all, ...more })

/** One series with the same value at the start and at the end of the window that is asked for. */
export const steady =
  (value: number | null): Behaviour =>
  (response, asked) => {
    const { from, to } = asked.query
    const ends = [1000 * Number(from), 1000 * Number(to)].map((ms): [number, number | null] => [ms, value])
    success([series(ends)])(response, asked)
  }

/** Answers differently by expression; an unknown one is refused in Datadog's words. */
export const byQuery =
  (behaviours: Readonly<Record<string, Behaviour>>): Behaviour =>
  (response, asked) => {
    const { query = '' } = asked.query
    const behaviour = behaviours[query] ?? refusal(400, `Error parsing query: unable to parse ${query}`)
    behaviour(response, asked)
  }

/** Lets in as Datadog does: the validation looks at the API key only, a query at both. */
const guarded =
  (behaviour: Behaviour): Behaviour =>
  (response, asked) => {
    const { 'dd-api-key': api, 'dd-application-key': app } = asked.headers
    if (api !== apiKey) return refusal(403, 'Forbidden')(response, asked)
    if (asked.path === '/api/v1/validate') return json({ valid: true })(response, asked)
    if (app !== appKey) return refusal(403, 'Forbidden')(response, asked)
    behaviour(response, asked)
  }

export interface DatadogServerOptions {
  /** Leaves every request to the behaviour, whatever its keys (default false). */
  readonly anybody?: boolean
  /** Speaks https with these. */
  readonly tls?: { readonly key: string; readonly cert: string }
}

/** Starts a Datadog that answers queries by a behaviour. */
export async function startDatadog(
  behaviour: Behaviour,
  { anybody = false, tls }: DatadogServerOptions = {},
): Promise<DatadogServer> {
  const asked: Asked[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const answer = anybody ? behaviour : guarded(behaviour)
  const listener: RequestListener = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://datadog')
    const { headers, socket } = request
    const one = { path: pathname, query: Object.fromEntries(searchParams), headers, port: socket.remotePort }
    asked.push(one)
    for (const { resolve } of waiting.filter(({ count }) => asked.length >= count)) resolve()
    answer(response, one)
  }
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    arrived: count =>
      new Promise(resolve => {
        if (asked.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
