import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Behaviour,
  failure,
  json,
  silence,
  startServer,
  success,
  type TestServer,
  vector,
} from '../test/server.js'
import type { PrometheusOptions } from './options.js'
import { createPrometheusProvider } from './provider.js'

const at = 1_767_323_045_678
const { signal } = new AbortController()
const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function serve(behaviour: Behaviour): Promise<TestServer> {
  const server = await startServer(behaviour)
  cleanups.push(() => server.close())
  return server
}

async function provide(behaviour: Behaviour, options: Partial<PrometheusOptions> = {}) {
  const server = await serve(behaviour)
  const provider = createPrometheusProvider({ url: server.url, ...options })
  return { server, provider, ask: (expression = 'up') => provider.query(expression, { at, signal }) }
}

describe('A query', () => {
  it('is posted as a form, with the moment in seconds and the time that the server may take.', async () => {
    const { server, ask } = await provide(vector('1'), { timeoutMs: 5000, headers: { 'X-Scope-OrgID': 'team' } })

    await ask('sum(rate(errors[1m])) + 1 & more')

    expect(server.asked).toMatchObject([
      {
        method: 'POST',
        path: '/api/v1/query',
        headers: {
          'content-type': expect.stringContaining('application/x-www-form-urlencoded'),
          'x-scope-orgid': 'team',
        },
        form: { query: 'sum(rate(errors[1m])) + 1 & more', time: '1767323045.678', timeout: '5000ms' },
      },
    ])
  })

  it('keeps the path prefix and the query string of the URL.', async () => {
    const server = await serve(vector('1'))
    const provider = createPrometheusProvider({ url: `${server.url}/thanos/?dedup=true` })

    await provider.query('up', { at, signal })

    expect(server.asked[0]?.path).toBe('/thanos/api/v1/query?dedup=true')
  })

  it('reuses its connection.', async () => {
    const { server, ask } = await provide(vector('1'))

    await ask()
    await ask()
    await ask()

    expect(new Set(server.asked.map(({ port }) => port)).size).toBe(1)
  })

  it('waits while as many as allowed are under way.', async () => {
    const held: (() => void)[] = []
    const hold: Behaviour = (response, asked) => held.push(() => vector('1')(response, asked))
    const { server, ask } = await provide((...call) => (call[1].form.query === 'up' ? hold : vector('1'))(...call), {
      concurrency: 2,
    })

    const answers = [ask(), ask(), ask()]
    await server.arrived(2)
    // By the time that somebody else was answered, the third would have arrived if it had been sent.
    await createPrometheusProvider({ url: server.url }).query('another', { at, signal })
    const underWay = held.length
    held.shift()?.()
    await server.arrived(4)
    for (const answer of held) answer()

    expect(underWay).toBe(2)
    expect(await Promise.all(answers)).toHaveLength(3)
  })

  it('sends the token that its file holds by then.', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'birdwatch-prometheus-'))
    cleanups.push(() => rm(folder, { recursive: true }))
    const bearerTokenFile = join(folder, 'token')
    const { server, ask } = await provide(vector('1'), { bearerTokenFile })
    await writeFile(bearerTokenFile, 'first')
    await ask()
    await writeFile(bearerTokenFile, 'second')
    await ask()

    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second'])
  })

  it('understands a compressed answer.', async () => {
    const body = gzipSync(JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '5'] } }))
    const { ask } = await provide(response => response.writeHead(200, { 'content-encoding': 'gzip' }).end(body))

    expect(await ask()).toMatchObject({ value: 5 })
  })

  it('does not mind a wrong content type, when what comes is an answer.', async () => {
    const body = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '5'] } })
    const { ask } = await provide(response => response.writeHead(200, { 'content-type': 'text/plain' }).end(body))

    expect(await ask()).toMatchObject({ value: 5 })
  })
})

describe('A server that misbehaves', () => {
  it.each<[string, Behaviour, string]>([
    ['fails', failure(500, 'internal', 'out of disk'), 'METRIC_UNREACHABLE'],
    ['is overloaded', failure(503, 'unavailable', 'too busy'), 'METRIC_UNREACHABLE'],
    ['limits the rate', json({}, 429, { 'retry-after': '1' }), 'METRIC_THROTTLED'],
    [
      'is a login page',
      response => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      'METRIC_BAD_ANSWER',
    ],
    ['says half', response => response.end('{"status":"success","data":{"res'), 'METRIC_BAD_ANSWER'],
    ['closes the connection at once', response => response.destroy(), 'METRIC_UNREACHABLE'],
    ['redirects', json({}, 302, { location: 'http://127.0.0.1:1/' }), 'METRIC_BAD_ANSWER'],
  ])('that %s: the query rejects.', async (_, behaviour, code) => {
    const { ask } = await provide(behaviour)

    await expect(ask()).rejects.toMatchObject({ code })
  })

  it('that breaks off in the middle: the query rejects.', async () => {
    const { ask } = await provide(response => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"status":"success"', () => response.destroy())
    })

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_BAD_ANSWER' })
  })

  it('that never answers: the query rejects at its deadline.', async () => {
    const { ask } = await provide(silence, { timeoutMs: 50 })

    await expect(ask()).rejects.toMatchObject({
      code: 'METRIC_TIMEOUT',
      message: expect.stringContaining('did not answer within 50 ms'),
    })
  })

  it('that never ends its answer: the query rejects at its deadline.', async () => {
    const { ask } = await provide(
      response => {
        response.write('{')
        const drip = setInterval(() => response.write(' '), 5)
        response.on('close', () => clearInterval(drip))
      },
      { timeoutMs: 100 },
    )

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_TIMEOUT' })
  })

  it('that answers with more than is allowed: the query rejects, and the rest is not read.', async () => {
    let closed: () => void
    const gone = new Promise<void>(resolve => {
      closed = resolve
    })
    const { ask } = await provide(
      response => {
        response.on('close', () => closed())
        const flood = () => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) {}
        }
        response.on('drain', flood)
        flood()
      },
      { maxResponseBytes: 100_000 },
    )

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_ANSWER_TOO_LARGE' })
    await gone
  })

  it('that answers with little which decompresses to much: the query rejects.', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const { ask } = await provide(response => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_ANSWER_TOO_LARGE' })
  })

  it('is forgotten: the next query has another answer.', async () => {
    const behaviours = [failure(500, 'internal', 'x'), (response => response.destroy()) as Behaviour, vector('7')]
    const { ask } = await provide((response, asked) => behaviours.shift()?.(response, asked))

    const outcomes = [await ask().catch(e => e.code), await ask().catch(e => e.code), await ask()]

    expect(outcomes).toMatchObject(['METRIC_UNREACHABLE', 'METRIC_UNREACHABLE', { value: 7 }])
  })

  it('is not followed to where it redirects, nor are the credentials.', async () => {
    const elsewhere = await serve(vector('1'))
    const { ask } = await provide(json({}, 307, { location: `${elsewhere.url}/api/v1/query` }), {
      bearerToken: 'token',
    })

    await ask().catch(() => {})

    expect(elsewhere.asked).toEqual([])
  })
})

describe('An abort', () => {
  it('ends the request on the wire as well.', async () => {
    let closed: () => void
    const gone = new Promise<void>(resolve => {
      closed = resolve
    })
    const { server, provider } = await provide(response => response.on('close', () => closed()))
    const controller = new AbortController()

    const query = provider.query('up', { at, signal: controller.signal })
    await server.arrived(1)
    controller.abort(new Error('stopped'))

    await expect(query).rejects.toThrow('stopped')
    await gone
  })

  it('in the middle of an answer rejects as well.', async () => {
    const { server, provider } = await provide(response => response.write('{'))
    const controller = new AbortController()

    const query = provider.query('up', { at, signal: controller.signal })
    await server.arrived(1)
    controller.abort(new Error('stopped'))

    await expect(query).rejects.toThrow('stopped')
  })
})

describe('The check at start', () => {
  it('asks the cheapest of questions, of the present.', async () => {
    const { server, provider } = await provide(vector('1'))

    await provider.check?.(signal)

    expect(server.asked[0]?.form).toEqual({ query: 'vector(1)', timeout: '10000ms' })
  })

  it('rejects when it is not let in.', async () => {
    const { provider } = await provide(failure(401, 'unauthorized', 'who are you?'))

    await expect(provider.check?.(signal)).rejects.toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
  })

  it('rejects when what answers can not count to one.', async () => {
    const { provider } = await provide(success('vector', []))

    await expect(provider.check?.(signal)).rejects.toMatchObject({ code: 'METRIC_BAD_ANSWER' })
  })
})

describe('The provider', () => {
  it('tells its lag, if it has one.', () => {
    expect(createPrometheusProvider({ url: 'http://p' })).not.toHaveProperty('lagMs')
    expect(createPrometheusProvider({ url: 'http://p', lagMs: 30_000 })).toMatchObject({ lagMs: 30_000 })
  })
})
