import http from 'node:http'
import type { Endpoint } from './cluster.js'
import { type Flag, flags } from './flags.js'

/** What came of sending a request to a pod. */
export type Outcome =
  | { readonly kind: 'answer'; readonly response: http.IncomingMessage }
  | { readonly kind: 'failure'; readonly flag: Flag }

export interface Forwarding {
  readonly request: http.IncomingMessage
  readonly endpoint: Endpoint
  readonly agent: http.Agent
  /** Until the head of the answer must have come, milliseconds. */
  readonly timeoutMs: number | undefined
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal
}

/** Hop by hop: they are about one connection, and not passed on. */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

export const passedOn = (headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheConnection.has(name)))

/**
 * Sends a request to a pod. The body is touched only once there is a connection: until then another pod can be tried,
 * and the outcome is `UF`.
 */
export function exchange({ request, endpoint, agent, timeoutMs, signal }: Forwarding): Promise<Outcome> {
  const { method, url: path, headers } = request
  const { address: host, port } = endpoint
  return new Promise(resolve => {
    let isConnected = false
    let isLate = false
    const upstream = http.request({
      agent,
      host,
      port,
      method,
      path,
      headers: passedOn(headers),
      signal,
      setHost: false,
    })
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true
            upstream.destroy()
          }, timeoutMs)
    const settle = (outcome: Outcome) => {
      clearTimeout(timer)
      resolve(outcome)
    }
    const begin = () => {
      isConnected = true
      request.pipe(upstream)
    }
    upstream.once('socket', socket => (socket.connecting ? socket.once('connect', begin) : begin()))
    upstream.once('response', response => settle({ kind: 'answer', response }))
    upstream.on('error', () => {
      request.unpipe(upstream)
      const reset = isConnected ? flags.upstreamReset : flags.upstreamFailure
      const late = isLate ? flags.upstreamTimeout : reset
      settle({ kind: 'failure', flag: signal.aborted ? flags.downstreamGone : late })
    })
  })
}
