import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request as the server got it. */
export interface Asked {
  readonly method: string | undefined
  readonly path: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly form: Readonly<Record<string, string>>
  /** Tells connections apart. */
  readonly port: number | undefined
}

export type Behaviour = (response: ServerResponse, asked: Asked) => void

/** A real server on a port of its own that behaves, or misbehaves, as it is told. */
export interface TestServer {
  readonly url: string
  readonly asked: readonly Asked[]
  /** Resolves when `count` requests have arrived since the start. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

export async function startServer(
  behaviour: Behaviour,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const asked: Asked[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const listener: RequestListener = async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)))
    const { method, url: path, headers, socket } = request
    const one = { method, path, headers, form, port: socket.remotePort }
    asked.push(one)
    for (const { resolve } of waiting.filter(({ count }) => asked.length >= count)) resolve()
    behaviour(response, one)
  }
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
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

/** Answers with JSON, as Prometheus does. */
export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const success = (resultType: string, result: unknown, more: object = {}): Behaviour =>
  json({ status: 'success', data: { resultType, result }, ...more })

/** One element of a vector per value, told apart by `pod`. */
export const vector = (...values: string[]): Behaviour =>
  success(
    'vector',
    values.map((value, i) => ({ metric: { job: 'aleph', pod: `aleph-${i}` }, value: [1767323045, value] })),
  )

export const failure = (status: number, errorType: string, error: string): Behaviour =>
  json({ status: 'error', errorType, error }, status)

/** Takes the request and never answers. */
export const silence: Behaviour = () => {}

/** Answers differently by expression; an unknown one is refused in Prometheus's words. */
export const byQuery =
  (behaviours: Readonly<Record<string, Behaviour>>): Behaviour =>
  (response, asked) => {
    const { query = '' } = asked.form
    const behaviour = behaviours[query] ?? failure(400, 'bad_data', `invalid parameter "query": unknown ${query}`)
    behaviour(response, asked)
  }
