import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Load, type LoadOptions } from '../src/load/load.js'
import { until } from './support/until.js'

async function start(answer: http.RequestListener, options: Partial<LoadOptions> = {}) {
  const server = http.createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const load = new Load({ url, host: 'aleph', requestsPerSecond: 200, ...options })
  onTestFinished(async () => {
    const stopped = load.stop()
    server.closeAllConnections()
    await stopped
    server.close()
  })
  return { load, server }
}

test('calls the service by its name, and counts answers by version and errors', async () => {
  let calls = 0
  const { load } = await start(({ headers }, response) => {
    const version = headers.host === 'aleph' && calls++ % 4 === 0 ? 'v2' : 'v1'
    response.writeHead(version === 'v2' ? 500 : 200, { 'x-version': version }).end()
  })
  await until(() => load.recent(60).sent >= 100)
  await load.stop()
  const { sent, versions } = load.recent(60)
  const { v1, v2 } = versions
  expect(v1?.failed).toBe(0)
  expect(v2?.ok).toBe(0)
  expect((v1?.ok ?? 0) + (v2?.failed ?? 0)).toBe(sent)
  expect(v2?.failed).toBe(Math.ceil(sent / 4))
})

test('does not slow down when answers do', async () => {
  const held: http.ServerResponse[] = []
  const { load } = await start((_, response) => held.push(response))
  await until(() => held.length >= 50)
  expect(load.recent(60).versions).toEqual({})
  for (const response of held) response.end()
  await until(() => (load.recent(60).versions.none?.ok ?? 0) >= 50)
})

test('an error of the connection and an answer that does not come are counted as failed, for nobody', async () => {
  const { load } = await start(request => request.socket.destroy())
  await until(() => (load.recent(60).versions.none?.failed ?? 0) > 0)
  const { load: slow } = await start(() => {}, { timeoutMs: 20 })
  await until(() => (slow.recent(60).versions.none?.failed ?? 0) > 0)
})

test('does not wait for answers longer than it is told to', async () => {
  const { load } = await start(() => {}, { timeoutMs: 600_000 })
  await until(() => load.recent(60).sent > 0)
  await load.stop(0)
  const { sent, versions } = load.recent(60)
  expect(versions.none?.failed).toBe(sent)
})

test('the rate can be changed, also to none', async () => {
  const { load } = await start((_, response) => response.end())
  await until(() => load.recent(60).sent > 0)
  load.rate = 0
  const { sent } = load.recent(60)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(load.recent(60).sent).toBe(sent)
  load.rate = 500
  await until(() => load.recent(60).sent > sent)
})
