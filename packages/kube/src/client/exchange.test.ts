import { getEventListeners } from 'node:events'
import type { RequestListener } from 'node:http'
import { expect, test, vi } from 'vitest'
import { caught } from '../../test/caught.js'
import { answerJson, blackHole, startServer } from '../../test/server.js'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { createClient } from './client.js'

const path = '/api/v1/namespaces/default/configmaps/one'
const patch = [{ op: 'add', path: '/data/a', value: 'b' }]

async function start(handler: RequestListener, options: { maxResponseBytes?: number } = {}) {
  const server = await startServer(handler)
  const clock = new SimulatedClock()
  const client = createClient({ server: server.url, clock, ...options })
  return { server, client, clock }
}

const arrived = (server: { requests: readonly string[] }, count = 1) =>
  vi.waitUntil(() => server.requests.length >= count, { timeout: 15_000, interval: 2 })

test('a refused connection is KUBE_UNREACHABLE, and a write surely had no effect', async () => {
  const { server, client } = await start(blackHole)
  await server.stop()

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_UNREACHABLE', retryable: true, tookEffect: false, verb: 'patch', path })
})

test('a connection reset before the answer leaves the effect of a write unknown', async () => {
  const { client } = await start(request => request.socket.resetAndDestroy())

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_UNREACHABLE', tookEffect: 'unknown' })
})

test('a connection reset after a successful head says that the write took effect', async () => {
  const { client } = await start((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"kind":', () => response.socket?.resetAndDestroy())
  })

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_UNREACHABLE', status: 200, tookEffect: true })
})

test('a failed read has no effect, whatever happened', async () => {
  const { client } = await start(request => request.socket.resetAndDestroy())

  const error = await caught(client.get(path))

  expect(error).toMatchObject({ code: 'KUBE_UNREACHABLE', tookEffect: false })
})

test('a server that accepts and never answers is KUBE_TIMEOUT after 10 s', async () => {
  const { server, client, clock } = await start(blackHole)

  const failure = caught(client.patch(path, patch, { type: 'json' }))
  await arrived(server)
  await clock.advance(10_000)

  expect(await failure).toMatchObject({ code: 'KUBE_TIMEOUT', retryable: true, tookEffect: 'unknown' })
})

test('the deadline covers the body: an answer that drips is KUBE_TIMEOUT', async () => {
  const { client, clock } = await start((_, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(drip))
  })

  const failure = caught(client.get(path, { timeoutMs: 3_000 }))
  const ticking = setInterval(() => void clock.advance(10), 1)
  const error = await failure
  clearInterval(ticking)

  expect(error).toMatchObject({ code: 'KUBE_TIMEOUT', status: 200 })
})

test('a request leaves no timer behind', async () => {
  const { client, clock } = await start((_, response) => answerJson(response, {}))

  await client.get(path)

  expect(clock.pending).toBe(0)
})

test('an aborted signal ends the request at once with KUBE_ABORTED, and its reason is the cause', async () => {
  const { server, client } = await start(blackHole)
  const abort = new AbortController()

  const failure = caught(client.patch(path, patch, { type: 'json', signal: abort.signal }))
  await arrived(server)
  abort.abort('enough')

  expect(await failure).toMatchObject({ code: 'KUBE_ABORTED', cause: 'enough', tookEffect: 'unknown' })
})

test('a signal that is aborted already prevents the request', async () => {
  const { server, client } = await start(blackHole)

  const error = await caught(client.patch(path, patch, { type: 'json', signal: AbortSignal.abort() }))

  expect(error).toMatchObject({ code: 'KUBE_ABORTED', tookEffect: false })
  expect(server.requests).toEqual([])
})

test('a signal that outlives many requests keeps no listener of them', async () => {
  const { server, client } = await start((_, response) => answerJson(response, {}))
  const { signal } = new AbortController()

  await client.get(path, { signal })
  await client.get(path, { signal })
  await server.stop()
  await caught(client.get(path, { signal }))

  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('the deadline of a request that is being aborted does not fire later', async () => {
  const { server, client, clock } = await start(blackHole)
  const abort = new AbortController()

  const failure = caught(client.get(path, { signal: abort.signal }))
  await arrived(server)
  abort.abort()
  await failure

  expect(clock.pending).toBe(0)
})

test('a read on a kept-alive connection that the server was just closing is repeated once', async () => {
  let requests = 0
  const { server, client } = await start((request, response) => {
    requests += 1
    if (requests === 2) request.socket.destroy()
    else answerJson(response, { requests })
  })
  await client.get(path)

  const answer = await client.get(path)

  expect(answer).toEqual({ requests: 3 })
  expect(server.connections).toBe(2)
})

test('a write on a kept-alive connection that breaks is never repeated', async () => {
  const { server, client } = await start((request, response) => {
    if (request.method === 'PATCH') request.socket.destroy()
    else answerJson(response, {})
  })
  await client.get(path)

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_UNREACHABLE', tookEffect: 'unknown' })
  expect(server.requests).toHaveLength(2)
})

test('a read on a new connection that breaks is not repeated', async () => {
  const { server, client } = await start(request => request.socket.destroy())

  await caught(client.get(path))

  expect(server.requests).toHaveLength(1)
})

test('429 is KUBE_THROTTLED with the pause the server asks for, and had no effect', async () => {
  const { client } = await start((_, response) => response.writeHead(429, { 'retry-after': '7' }).end())

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_THROTTLED', retryAfterMs: 7_000, tookEffect: false, retryable: true })
})

test('503 with an HTML body is KUBE_SERVER, shows an excerpt, and leaves the effect unknown', async () => {
  const { client } = await start((_, response) => response.writeHead(503).end('<html>\n<h1>No backend</h1></html>'))

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_SERVER', status: 503, tookEffect: 'unknown' })
  expect(error.serverMessage).toBe('<html> <h1>No backend</h1></html>')
})

test('a dry run has no effect even when the server fails', async () => {
  const { client } = await start((_, response) => response.writeHead(500).end())

  const error = await caught(client.patch(path, patch, { type: 'json', dryRun: true }))

  expect(error).toMatchObject({ code: 'KUBE_SERVER', tookEffect: false })
})

test('a successful answer that is not JSON is KUBE_BAD_RESPONSE, and the write took effect', async () => {
  const { client } = await start((_, response) => response.end('{"kind":"ConfigMa'))

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_BAD_RESPONSE', tookEffect: true })
})

test('an answer that is not HTTP is KUBE_BAD_RESPONSE', async () => {
  const { client } = await start(request => request.socket.end('SSH-2.0-OpenSSH_9.6\r\n'))

  const error = await caught(client.patch(path, patch, { type: 'json' }))

  expect(error).toMatchObject({ code: 'KUBE_BAD_RESPONSE', status: undefined, tookEffect: 'unknown' })
})

test('a redirect is KUBE_BAD_RESPONSE and is not followed', async () => {
  const { server, client } = await start((_, response) => response.writeHead(302, { location: '/login' }).end())

  const error = await caught(client.get(path))

  expect(error).toMatchObject({ code: 'KUBE_BAD_RESPONSE', status: 302 })
  expect(server.requests).toHaveLength(1)
})

test('an answer beyond maxResponseBytes is KUBE_TOO_LARGE and is read no further', async () => {
  let written = 0
  const endless: RequestListener = (_, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536
    }
    response.on('drain', more)
    more()
  }
  const { client } = await start(endless, { maxResponseBytes: 1_000_000 })

  const error = await caught(client.get(path))

  expect(error).toMatchObject({ code: 'KUBE_TOO_LARGE', retryable: false })
  expect(written).toBeLessThan(50_000_000)
})

test('a server restarted on the same port is used again by the next request', async () => {
  const { server, client } = await start((_, response) => answerJson(response, { life: 1 }))
  await client.get(path)
  await server.stop()
  await caught(client.get(path))

  await startServer((_, response) => answerJson(response, { life: 2 }), { port: server.port })

  expect(await client.get(path)).toEqual({ life: 2 })
})

test('a server that is no http(s) URL is KUBE_CONFIG', () => {
  expect(() => createClient({ server: 'localhost:6443' })).toThrow(expect.objectContaining({ code: 'KUBE_CONFIG' }))
})
