import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { limitsBroken } from './limits.js'

/** One call of the Web API as the server got it; arguments that are JSON are parsed. */
export interface ApiCall {
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
  readonly authorization: string | undefined
}

/** A message as people see it. */
export interface Posted {
  readonly ts: string
  readonly channel: string
  text: string
  blocks: readonly unknown[]
  readonly thread_ts?: string
  readonly broadcast: boolean
}

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void

export interface SlackServer {
  readonly url: string
  readonly calls: readonly ApiCall[]
  readonly messages: Posted[]
  /** Answers every call from now on, or calls of one method only, by a behaviour. */
  misbehave(behaviour: Behaviour, method?: string): void
  /** Resolves when `count` calls have arrived since the start. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

export const json =
  (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

export const refusal = (error: string): Behaviour => json({ ok: false, error })

/** Takes the call and never answers. */
export const silence: Behaviour = () => {}

const parse = (value: string): unknown => {
  try {
    return typeof JSON.parse(value) === 'object' ? JSON.parse(value) : value
  } catch {
    return value
  }
}

/** A server that speaks enough of Slack's Web API, with its limits and its deduplication, over real HTTP. */
export async function startSlack({ token = 'xoxb-test', channels = ['C1'] } = {}): Promise<SlackServer> {
  const calls: ApiCall[] = []
  const messages: Posted[] = []
  const byClientId = new Map<unknown, Posted>()
  const misbehaviours = new Map<string, Behaviour>()
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []

  const methods: Record<string, (args: Record<string, unknown>) => object> = {
    'auth.test': () => ({ ok: true, user: 'birdwatch' }),
    'chat.postMessage': args => {
      const known = byClientId.get(args.client_msg_id)
      if (known) return messages.includes(known) ? answer(known) : { ok: false, error: 'duplicate_message_not_found' }
      if (!channels.includes(String(args.channel))) return { ok: false, error: 'channel_not_found' }
      const message: Posted = {
        ts: `1767323045.${String(calls.length).padStart(6, '0')}`,
        channel: String(args.channel),
        text: String(args.text),
        blocks: args.blocks as unknown[],
        ...(args.thread_ts === undefined ? {} : { thread_ts: String(args.thread_ts) }),
        broadcast: args.reply_broadcast === 'true',
      }
      messages.push(message)
      if (args.client_msg_id !== undefined) byClientId.set(args.client_msg_id, message)
      return answer(message)
    },
    'chat.update': args => {
      const message = messages.find(({ ts, channel }) => ts === args.ts && channel === args.channel)
      if (!message) return { ok: false, error: 'message_not_found' }
      message.text = String(args.text)
      message.blocks = args.blocks as unknown[]
      return answer(message)
    },
  }
  const answer = ({ ts, channel }: Posted) => ({ ok: true, ts, channel })

  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    const args = Object.fromEntries([...form].map(([key, value]) => [key, parse(value)]))
    const method = request.url?.split('/').pop() ?? ''
    calls.push({ method, args, authorization: request.headers.authorization })
    for (const { resolve } of waiting.filter(({ count }) => calls.length >= count)) resolve()
    const misbehaviour = misbehaviours.get(method) ?? misbehaviours.get('')
    if (misbehaviour) return misbehaviour(response, request)
    if (request.headers.authorization !== `Bearer ${token}`) return refusal('invalid_auth')(response, request)
    const broken = limitsBroken(args)
    if (broken)
      return json({ ok: false, error: 'invalid_blocks', response_metadata: { messages: [broken] } })(response, request)
    json(methods[method]?.(args) ?? { ok: false, error: 'unknown_method' })(response, request)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    calls,
    messages,
    misbehave: (behaviour, method = '') => void misbehaviours.set(method, behaviour),
    arrived: count =>
      new Promise(resolve => {
        if (calls.length >= count) resolve()
        else waiting.push({ count, resolve })
      }),
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
