import http from 'node:http'
import type { Clock } from '@birdwatch/core'
import { type Listening, listen } from '../listen.js'
import { exposition, expositionType } from './exposition.js'
import type { Measured } from './istio.js'
import { QueryError } from './promql/errors.js'
import { type QueryData, query } from './query.js'
import type { TimeSeriesStore } from './series/tsdb.js'

export interface PrometheusServerOptions {
  readonly port: number
  readonly store: TimeSeriesStore
  readonly clock: Clock
  readonly collect: () => Iterable<Measured>
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
}

const largestForm = 1024 * 1024

/** Puts Prometheus's HTTP API, as far as it is known here, on a port of 127.0.0.1. */
export async function servePrometheus(options: PrometheusServerOptions): Promise<Listening> {
  const server = http.createServer((request, response) => {
    answer(options, request).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.destroy(),
    )
  })
  server.keepAliveTimeout = 60_000
  return listen(server, options.port)
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
})
const text = (status: number, body: string, type = 'text/plain; charset=utf-8'): Answer => ({ status, type, body })

async function answer(options: PrometheusServerOptions, request: http.IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://prometheus')
  switch (pathname) {
    case '/-/ready':
      return text(200, 'Prometheus Server is Ready.\n')
    case '/-/healthy':
      return text(200, 'Prometheus Server is Healthy.\n')
    case '/metrics':
      return text(200, exposition(options.collect()), expositionType)
    case '/api/v1/status/buildinfo':
      return json(200, { status: 'success', data: buildInfo })
    case '/api/v1/query':
      return instantQuery(options, await parametersOf(request, searchParams))
    default:
      return text(404, '404 page not found\n')
  }
}

/** It behaves as this version of Prometheus would. */
const buildInfo = {
  version: '3.0.0-birdwatch-playground',
  revision: '',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
}

/** From the query string, and from a form. */
async function parametersOf(request: http.IncomingMessage, inUrl: URLSearchParams): Promise<URLSearchParams> {
  let form = ''
  for await (const chunk of request.setEncoding('utf8')) {
    form += chunk
    if (form.length > largestForm) throw new Error('the form is too large')
  }
  return new URLSearchParams([...new URLSearchParams(form), ...inUrl])
}

function instantQuery({ store, clock }: PrometheusServerOptions, parameters: URLSearchParams): Answer {
  try {
    const at = momentOf(parameters.get('time')) ?? clock.now()
    const data: QueryData = query(store, parameters.get('query') ?? '', at)
    return json(200, { status: 'success', data })
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    const { type, message } = error
    return json(type === 'bad_data' ? 400 : 422, { status: 'error', errorType: type, error: message })
  }
}

/** Seconds since 1970, or a time as RFC 3339 writes it; undefined for none. */
function momentOf(given: string | null): number | undefined {
  if (given === null || given === '') return undefined
  const ms = /^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(given) ? Math.round(1_000 * Number(given)) : Date.parse(given)
  if (Number.isFinite(ms)) return ms
  throw new QueryError('bad_data', `invalid parameter "time": cannot parse "${given}" to a valid timestamp`)
}
