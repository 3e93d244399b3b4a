import http from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Cluster, Endpoint } from './cluster.js'
import { exchange, type Outcome, passedOn } from './exchange.js'
import { type Flag, flags } from './flags.js'
import { requestedHost } from './hosts.js'
import type { Decision, RouteTable } from './table.js'

/** A request that was answered, or given up. */
export interface Handled {
  /** Undefined when no cluster was found for it. */
  readonly cluster: Cluster | undefined
  /** Undefined when no pod had to do with it. */
  readonly endpoint: Endpoint | undefined
  /** 0 when the client went away before there was an answer. */
  readonly status: number
  readonly flag: Flag
  readonly durationMs: number
}

export interface HandlerOptions {
  readonly table: () => RouteTable
  /** From 0 up to, and not including, 1. */
  readonly random: () => number
  readonly handled: (result: Handled) => void
}

/** How often another pod is tried when no connection can be made: Istio's default. */
const retries = 2

interface Reply {
  readonly status: number
  readonly flag: Flag
  readonly body: string
}

/** In Envoy's words. */
const replies: Readonly<Partial<Record<Flag, Reply>>> = {
  [flags.noRoute]: { status: 404, flag: flags.noRoute, body: '' },
  [flags.noCluster]: { status: 503, flag: flags.noCluster, body: '' },
  [flags.noHealthyUpstream]: { status: 503, flag: flags.noHealthyUpstream, body: 'no healthy upstream' },
  [flags.upstreamTimeout]: { status: 504, flag: flags.upstreamTimeout, body: 'upstream request timeout' },
}

const broken = (flag: Flag): Reply => ({
  status: 503,
  flag,
  body: 'upstream connect error or disconnect/reset before headers',
})

type Attempt = { readonly endpoint: Endpoint | undefined; readonly outcome: Outcome }

/** Answers requests by passing them on to pods, as the routes say. */
export class Handler {
  readonly #options: HandlerOptions
  /** Connections to the pods are kept: a new one for each request would cost more than the request. */
  readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 64 })

  constructor(options: HandlerOptions) {
    this.#options = options
  }

  close(): void {
    this.#agent.destroy()
  }

  async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const startedAt = performance.now()
    const gone = new AbortController()
    response.once('close', () => response.writableFinished || gone.abort())
    const decision = this.#decide(request)
    const cluster = decision.kind === 'cluster' ? decision.cluster : undefined
    const { endpoint, outcome } = await this.#attempt(request, decision, gone.signal)
    const { status, flag } = await deliver(response, outcome, decision, gone.signal)
    this.#options.handled({ cluster, endpoint, status, flag, durationMs: performance.now() - startedAt })
  }

  #decide({ method = 'GET', url = '/', headers }: http.IncomingMessage): Decision {
    const [path = '/'] = url.split('?', 1)
    return this.#options.table().decide(requestedHost(headers.host), { method, path, headers }, this.#options.random())
  }

  async #attempt(request: http.IncomingMessage, decision: Decision, signal: AbortSignal): Promise<Attempt> {
    if (decision.kind === 'no-cluster') return failed(flags.noCluster)
    if (decision.kind !== 'cluster') return failed(flags.noRoute)
    const { cluster, timeoutMs } = decision
    const candidates = [...cluster.endpoints]
    let attempt: Attempt = failed(flags.noHealthyUpstream)
    for (let tries = 0; tries <= retries && candidates.length > 0; tries++) {
      const [endpoint] = candidates.splice(Math.floor(this.#options.random() * candidates.length), 1)
      if (!endpoint) break
      const outcome = await exchange({ request, endpoint, agent: this.#agent, timeoutMs, signal })
      attempt = { endpoint, outcome }
      if (outcome.kind === 'answer' || outcome.flag !== flags.upstreamFailure) break
    }
    return attempt
  }
}

const failed = (flag: Flag): Attempt => ({ endpoint: undefined, outcome: { kind: 'failure', flag } })

async function deliver(
  response: http.ServerResponse,
  outcome: Outcome,
  decision: Decision,
  signal: AbortSignal,
): Promise<Omit<Reply, 'body'>> {
  if (outcome.kind === 'answer') return passOn(response, outcome.response, signal)
  if (outcome.flag === flags.downstreamGone) return { status: 0, flag: outcome.flag }
  const reply =
    decision.kind === 'unsupported' ? refusal(decision.fields) : (replies[outcome.flag] ?? broken(outcome.flag))
  response.writeHead(reply.status, { 'content-type': 'text/plain' }).end(reply.body)
  return reply
}

const refusal = (fields: readonly string[]): Reply => ({
  status: 501,
  flag: flags.none,
  body: `The playground's mesh does not do what this route asks for: ${fields.join(', ')}\n`,
})

async function passOn(
  response: http.ServerResponse,
  answer: http.IncomingMessage,
  signal: AbortSignal,
): Promise<Omit<Reply, 'body'>> {
  const status = answer.statusCode ?? 502
  response.writeHead(status, passedOn(answer.headers))
  try {
    await pipeline(answer, response)
    return { status, flag: flags.none }
  } catch {
    return { status, flag: signal.aborted ? flags.downstreamGone : flags.upstreamReset }
  }
}
