import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A call of Slack's Web API as it arrived. */
export interface SlackCall {
  /** e.g. `chat.postMessage` */
  method: string
  /** From the Authorization header, without `Bearer`. */
  token: string
  /** Arguments; structured ones (`blocks`, `attachments`) are parsed. */
  args: Record<string, unknown>
}

/** How the peer answers a call. */
export type SlackAnswer =
  | { kind: 'ok' }
  /** HTTP 200 with `ok: false`, e.g. `channel_not_found`. */
  | { kind: 'error'; error: string }
  | { kind: 'rateLimited'; retryAfterSeconds: number }
  | { kind: 'status'; status: number }
  /** Never answers. */
  | { kind: 'hang' }

/** A message as a person would see it now: the last update wins. */
export interface SlackMessage {
  channel: string
  ts: string
  text: string
  args: Record<string, unknown>
}

/** An HTTP server that speaks as much of Slack's Web API as posting and updating messages needs. */
export class SlackPeer {
  /** Every call, refused ones included. */
  readonly calls: SlackCall[] = []
  /** In the order of posting. */
  readonly messages: SlackMessage[] = []
  readonly #server = http.createServer((request, response) => this.#serve(request, response))
  readonly #scripted: SlackAnswer[] = []
  #default: SlackAnswer = { kind: 'ok' }

  static async start(): Promise<SlackPeer> {
    const peer = new SlackPeer()
    peer.#server.listen(0, '127.0.0.1')
    await once(peer.#server, 'listening')
    return peer
  }

  /** The base for API methods, with the slash that @slack/web-api wants at the end of `slackApiUrl`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`
  }

  /** Answers the next calls so, one each; afterwards as before. */
  answerNext(...answers: SlackAnswer[]): void {
    this.#scripted.push(...answers)
  }

  /** Answers every call so that has no scripted answer. */
  answerAlways(answer: SlackAnswer): void {
    this.#default = answer
  }

  callsOf(method: string): SlackCall[] {
    return this.calls.filter(call => call.method === method)
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const call: SlackCall = {
      method: (request.url ?? '').replace(/^\/api\//, ''),
      token: (request.headers.authorization ?? '').replace(/^Bearer /, ''),
      args: parseArguments(request.headers['content-type'] ?? '', await text(request)),
    }
    this.calls.push(call)
    const answer = this.#scripted.shift() ?? this.#default
    if (answer.kind === 'hang') return
    if (answer.kind === 'status') return void response.writeHead(answer.status).end()
    if (answer.kind === 'rateLimited') {
      response.writeHead(429, { 'retry-after': String(answer.retryAfterSeconds) })
      return void response.end(JSON.stringify({ ok: false, error: 'ratelimited' }))
    }
    const body = answer.kind === 'error' ? { ok: false, error: answer.error } : this.#perform(call)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  #perform({ method, token, args }: SlackCall): object {
    if (!token) return { ok: false, error: 'not_authed' }
    if (method === 'auth.test') return { ok: true, url: this.url, team: 'Test', user: 'birdwatch', bot_id: 'B1' }
    if (method === 'chat.postMessage') {
      const ts = `1700000000.${String(this.messages.length + 1).padStart(6, '0')}`
      const message = { channel: String(args.channel), ts, text: String(args.text ?? ''), args }
      this.messages.push(message)
      return { ok: true, channel: message.channel, ts, message: { text: message.text, ts } }
    }
    if (method === 'chat.update') {
      const message = this.messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel)
      if (!message) return { ok: false, error: 'message_not_found' }
      Object.assign(message, { text: String(args.text ?? ''), args })
      return { ok: true, channel: message.channel, ts: message.ts, text: message.text }
    }
    return { ok: false, error: 'unknown_method' }
  }
}

/** The Web API takes JSON, or a form in which structured values are JSON strings. */
function parseArguments(contentType: string, body: string): Record<string, unknown> {
  if (contentType.startsWith('application/json')) return JSON.parse(body) as Record<string, unknown>
  const form = [...new URLSearchParams(body)]
  return Object.fromEntries(
    form.map(([key, value]) => [key, /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value]),
  )
}
