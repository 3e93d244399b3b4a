import type { IncomingMessage, ServerResponse } from 'node:http'
import { type CommandName, commands } from '@birdwatch/core'
import type { RolloutDetail, RolloutList, Session } from '../api.js'
import type { Board } from '../stream/board.js'
import type { Streams } from '../stream/streams.js'
import { json, Refusal } from './answer.js'
import { readBody } from './body.js'
import { Guard, isLoopback } from './guard.js'
import type { DashboardOptions } from './options.js'

export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** What the groups of the path stand for, decoded. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
}

export interface Endpoint {
  readonly method: 'GET' | 'POST'
  readonly path: RegExp
  handle(exchange: Exchange): void | Promise<void>
}

interface Parts {
  readonly options: DashboardOptions
  readonly board: Board
  readonly streams: Streams
  readonly now: () => number
}

/** What the page talks to. Without `commands` and `playground` there is nothing that changes anything. */
export function endpoints({ options, board, streams, now }: Parts): Endpoint[] {
  const { commands: give, playground, title = 'BirdWatch', kubectl = 'kubectl' } = options
  const guard = new Guard()
  /** Where nothing can be done, there is nothing to prove either. */
  const session = (request: IncomingMessage): Session => {
    const own = isLoopback(request)
    const may = { commands: own && give !== undefined, playground: playground !== undefined }
    const acts = own && (may.commands || may.playground)
    return { title, kubectl, ...may, ...(acts ? { token: guard.token } : {}) }
  }

  const looking: Endpoint[] = [
    {
      method: 'GET',
      path: /^\/api\/session$/,
      handle({ request, response }) {
        const body = session(request)
        json(response, 200, body, body.token === undefined ? {} : { 'set-cookie': guard.cookie })
      },
    },
    {
      method: 'GET',
      path: /^\/api\/rollouts$/,
      handle: ({ response }) => json(response, 200, { now: now(), rollouts: board.rows() } satisfies RolloutList),
    },
    {
      method: 'GET',
      path: /^\/api\/rollouts\/([^/]+)\/([^/]+)$/,
      handle({ response, parts }) {
        json(response, 200, { now: now(), ...found(board, parts) } satisfies RolloutDetail)
      },
    },
    {
      method: 'GET',
      path: /^\/api\/events$/,
      handle({ request, response, query }) {
        if (streams.full) throw new Refusal(503, 'too many follow already; try again later', { 'retry-after': '10' })
        const type = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
        response.writeHead(200, type)
        if (request.method === 'HEAD') return void response.end()
        const lastId = request.headers['last-event-id'] ?? query.get('after') ?? undefined
        streams.open(response, query.get('rollout') ?? undefined, lastId === undefined ? undefined : String(lastId))
      },
    },
  ]

  const playing: Endpoint[] =
    playground === undefined
      ? []
      : [
          {
            method: 'GET',
            path: /^\/api\/playground$/,
            handle: ({ response }) => json(response, 200, playground.state()),
          },
          {
            method: 'POST',
            path: /^\/api\/playground\/([^/]+)$/,
            async handle({ request, response, parts: [control = ''] }) {
              guard.demandOwnPage(request)
              const { on } = await readBody(request)
              if (on !== undefined && typeof on !== 'boolean')
                throw new Refusal(400, `\`on\` is ${JSON.stringify(on)}; it must be true, false or left out`)
              if (!playground.state().controls.some(({ id }) => id === control))
                throw new Refusal(404, `there is no control ${control}`)
              await handOver(() => playground.act(control, on))
              json(response, 202, {})
            },
          },
        ]

  const commanding: Endpoint[] =
    give === undefined
      ? []
      : [
          {
            method: 'POST',
            path: /^\/api\/rollouts\/([^/]+)\/([^/]+)\/commands$/,
            async handle({ request, response, parts }) {
              guard.demandOwnPage(request)
              const { command } = await readBody(request)
              if (!isCommand(command))
                throw new Refusal(
                  400,
                  `\`command\` is ${JSON.stringify(command)}; it must be one of ${commands.join(', ')}`,
                )
              const { namespace, name } = found(board, parts).view
              await handOver(() => give({ namespace, name }, command))
              json(response, 202, {})
            },
          },
        ]

  return [...looking, ...playing, ...commanding]
}

const isCommand = (name: unknown): name is CommandName => commands.some(command => command === name)

function found(board: Board, [namespace, name]: readonly string[]) {
  const rollout = board.find(`${namespace}/${name}`)
  if (rollout === undefined) throw new Refusal(404, `there is no rollout ${namespace}/${name}`)
  return rollout
}

/** What others reject with is meant for the person who asked. */
async function handOver(act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw new Refusal(502, error instanceof Error ? error.message : String(error))
  }
}
