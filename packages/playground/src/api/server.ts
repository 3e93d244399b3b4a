import http from 'node:http'
import { type Listening, listen } from '../listen.js'
import { apiError } from './errors.js'
import { refusal } from './guard.js'
import type { ApiMachine } from './machine.js'
import { type ApiAnswer, type BodyAnswer, failure, isWatch, type WatchAnswer } from './request.js'

export interface ApiServerOptions {
  /** Default 0: any free port. */
  readonly port?: number
}

/** A port behind which an API answers; closing it ends all watches and connections. */
export type ApiServer = Listening

/** What a body may weigh, bytes: as in Kubernetes. */
const largestBody = 3 * 1024 * 1024
/** A watcher that does not read is cut off when this much waits for it, bytes. */
const largestBacklog = 16 * 1024 * 1024

/**
 * Puts an API on a port of 127.0.0.1. There is no authentication: whoever runs programs on this machine may do
 * everything; web pages may not. Rejects with the error of `listen`, e.g. `EADDRINUSE`.
 */
export async function serveApi(
  machine: Pick<ApiMachine, 'handle'>,
  { port = 0 }: ApiServerOptions = {},
): Promise<ApiServer> {
  const server = http.createServer({ requestTimeout: 0 }, (request, response) => {
    answer(machine, request).then(
      answered => send(response, answered),
      () => response.destroy(),
    )
  })
  return listen(server, port)
}

async function answer(machine: Pick<ApiMachine, 'handle'>, request: http.IncomingMessage): Promise<ApiAnswer> {
  const { method = 'GET', url = '/', headers } = request
  const refused = refusal(headers)
  if (refused) return failure(refused.status)
  const body = await readBody(request)
  if (body === undefined) return tooLarge
  const { accept, 'content-type': contentType, 'user-agent': userAgent } = headers
  return machine.handle({
    method,
    url,
    headers: { accept, 'content-type': contentType, 'user-agent': userAgent },
    body,
  })
}

const { status: tooLargeStatus } = apiError('RequestEntityTooLarge', 'the body is larger than 3 MiB')
/** The rest of the body is not read: the connection can not be used again. */
const tooLarge: ApiAnswer = { ...failure(tooLargeStatus), headers: { connection: 'close' } }

/** Undefined when it is too large. */
async function readBody(request: http.IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function send(response: http.ServerResponse, answered: ApiAnswer): void {
  if (isWatch(answered)) stream(response, answered)
  else sendBody(response, answered)
}

function sendBody(response: http.ServerResponse, { status, headers, body }: BodyAnswer): void {
  response.writeHead(status, headers).end(typeof body === 'string' ? body : `${JSON.stringify(body)}\n`)
}

function stream(response: http.ServerResponse, { status, headers, watch }: WatchAnswer): void {
  response.writeHead(status, headers)
  response.flushHeaders()
  const close = watch({
    event: event => {
      response.write(`${JSON.stringify(event)}\n`)
      if (response.writableLength > largestBacklog) response.destroy()
    },
    end: () => void response.end(),
  })
  response.once('close', close)
}
