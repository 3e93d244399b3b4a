import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { LocalApi } from '../src/api/local.js'
import { ApiMachine } from '../src/api/machine.js'
import type { Handled } from '../src/mesh/handler.js'
import { type MeshOptions, startMesh } from '../src/mesh/mesh.js'
import { destinationRule, paths, service, virtualService } from './support/app.js'
import { register, setReady, startPod } from './support/pods.js'
import { seeded, send, sendMany } from './support/send.js'

const path = `${paths.virtualServices}/aleph`

async function start(options: MeshOptions = {}) {
  const machine = new ApiMachine()
  const api = new LocalApi(machine, 'test')
  const handled: Handled[] = []
  const mesh = await startMesh(machine, {
    quietMs: 1,
    random: seeded(1),
    handled: result => handled.push(result),
    ...options,
  })
  onTestFinished(() => mesh.close())
  return { api, mesh, handled, url: mesh.url }
}

/** A service with one pod of each version, split as its VirtualService says. */
async function startSplit(canary: number, options: MeshOptions = {}) {
  const world = await start(options)
  const { api, mesh } = world
  api.create(paths.services, service('aleph'))
  api.create(paths.destinationRules, destinationRule('aleph', 'v1', 'v2'))
  api.create(paths.virtualServices, virtualService('aleph', canary))
  const pods = [await startPod(api, 'aleph', 'v1'), await startPod(api, 'aleph', 'v2')] as const
  await mesh.settled
  const route = async (http: unknown) => {
    api.merge(path, { spec: { http } })
    await mesh.settled
  }
  return { ...world, pods, route }
}

const to = (subset: string, weight?: number) => ({
  destination: { host: 'aleph', subset },
  ...(weight !== undefined && { weight }),
})

test.each([1, 10, 50, 90])(
  'at weight %d the canary gets its share of 10,000 requests',
  async weight => {
    const { url } = await startSplit(weight)
    const { v1 = 0, v2 = 0 } = await sendMany(url, 'aleph', 10_000)
    const share = weight / 100
    expect(v1 + v2).toBe(10_000)
    // Five standard deviations of the binomial distribution; the chances are the same in every run.
    expect(Math.abs(v2 / 10_000 - share)).toBeLessThanOrEqual(5 * Math.sqrt((share * (1 - share)) / 10_000))
  },
  120_000,
)

test.each([
  [0, { v1: 300 }],
  [100, { v2: 300 }],
])('at weight %d nobody strays', async (weight, counts) => {
  const { url } = await startSplit(weight)
  expect(await sendMany(url, 'aleph', 300)).toEqual(counts)
})

test('a change of weights loses no request', async () => {
  const { api, mesh, url } = await startSplit(0)
  const traffic = sendMany(url, 'aleph', 4_000, 8)
  for (const weight of [10, 50, 100, 30, 0, 70]) {
    api.merge(path, virtualService('aleph', weight))
    await mesh.settled
    await send(url, 'aleph')
  }
  const { v1 = 0, v2 = 0, ...others } = await traffic
  expect(others).toEqual({})
  expect(v1 + v2).toBe(4_000)
}, 60_000)

test('a change of the label of a subset loses no request', async () => {
  const { api, mesh, url } = await startSplit(0)
  const traffic = sendMany(url, 'aleph', 1_000, 8)
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v2', 'v2'))
  await mesh.settled
  expect(await send(url, 'aleph')).toMatchObject({ status: 200, version: 'v2' })
  const { v1 = 0, v2 = 0 } = await traffic
  expect(v1 + v2).toBe(1_000)
}, 60_000)

test('weights need not sum to 100', async () => {
  const { route, url } = await startSplit(0)
  await route([{ route: [to('production', 250), to('canary', 750)] }])
  const { v2 = 0 } = await sendMany(url, 'aleph', 1_000)
  expect(Math.abs(v2 / 1_000 - 0.75)).toBeLessThan(0.055)
})

test.each([
  ['all weights 0', [to('production', 0), to('canary', 0)]],
  ['a negative weight', [to('production', 101), to('canary', -1)]],
  ['no weights at all', [to('production'), to('canary')]],
])('rejects %s, and goes on as before', async (_, destinations) => {
  const rejected: string[] = []
  const { route, url } = await startSplit(100, { rejected: ({ metadata }) => rejected.push(metadata.name) })
  await route([{ route: destinations }])
  expect(rejected).toEqual(['aleph'])
  expect(await sendMany(url, 'aleph', 20)).toEqual({ v2: 20 })
})

test('one destination needs no weight', async () => {
  const { route, url } = await startSplit(0)
  await route([{ route: [to('canary')] }])
  expect(await sendMany(url, 'aleph', 10)).toEqual({ v2: 10 })
})

test('without a VirtualService a Service is reached by its names, and all its pods answer', async () => {
  const { api, mesh, url } = await startSplit(100)
  api.delete(path)
  await mesh.settled
  const counts = await sendMany(url, 'aleph.default.svc.cluster.local:80', 100)
  expect(Object.keys(counts).sort()).toEqual(['v1', 'v2'])
  expect(await send(url, 'aleph.default')).toMatchObject({ status: 200 })
})

test('takes the first route that matches, by path, method and headers', async () => {
  const { route, url } = await startSplit(0)
  await route([
    { match: [{ uri: { prefix: '/new' } }, { headers: { 'x-canary': { exact: 'yes' } } }], route: [to('canary')] },
    { match: [{ uri: { exact: '/Old' }, ignoreUriCase: true, method: { exact: 'POST' } }], route: [to('canary')] },
    { match: [{ uri: { regex: '/v[0-9]+/.*' }, headers: { cookie: {} } }], route: [to('canary')] },
    { route: [to('production')] },
  ])
  const version = async (...sent: Parameters<typeof send> extends [string, string, ...infer Rest] ? Rest : never) =>
    (await send(url, 'aleph', ...sent)).version
  expect(await version('/newest?a=b')).toBe('v2')
  expect(await version('/', { headers: { 'x-canary': 'yes' } })).toBe('v2')
  expect(await version('/old', { method: 'POST' })).toBe('v2')
  expect(await version('/v1/x', { headers: { cookie: 'c' } })).toBe('v2')
  expect(await version('/old')).toBe('v1')
  expect(await version('/v1/x')).toBe('v1')
  expect(await version('/', { headers: { 'x-canary': 'no' } })).toBe('v1')
})

test('answers for the hosts that a VirtualService names, also by a wildcard', async () => {
  const { api, mesh, url } = await startSplit(100)
  api.merge(path, { spec: { hosts: ['aleph.example.test', '*.wild.test'] } })
  await mesh.settled
  expect(await send(url, 'Aleph.example.test:8080')).toMatchObject({ status: 200 })
  expect(await send(url, 'deep.er.wild.test')).toMatchObject({ status: 200 })
  expect(await send(url, 'wild.test')).toMatchObject({ status: 404 })
})

test.each([
  ['nobody has the host', 'beth', {}, 404, 'NR'],
  [
    'no route matches',
    'aleph',
    { http: [{ match: [{ uri: { prefix: '/only' } }], route: [to('canary')] }] },
    404,
    'NR',
  ],
  ['the subset is not there', 'aleph', { http: [{ route: [to('nowhere')] }] }, 503, 'NC'],
  ['the Service is not there', 'aleph', { http: [{ route: [{ destination: { host: 'beth' } }] }] }, 503, 'NC'],
])('when %s, says so as Envoy does', async (_, host, spec, status, flag) => {
  const { api, mesh, url, handled } = await startSplit(0)
  api.merge(path, { spec })
  await mesh.settled
  expect(await send(url, host)).toMatchObject({ status })
  expect(handled).toMatchObject([{ status, flag, cluster: undefined, endpoint: undefined }])
})

test('without a pod that is ready: 503 UH, for the share of that subset', async () => {
  const { api, mesh, url, handled, pods } = await startSplit(100)
  setReady(api, pods[1].name, false)
  await mesh.settled
  expect(await send(url, 'aleph')).toMatchObject({ status: 503, body: 'no healthy upstream' })
  expect(handled).toMatchObject([
    { flag: 'UH', cluster: { service: { name: 'aleph', namespace: 'default' } }, endpoint: undefined },
  ])
})

test('tries another pod when one does not accept connections', async () => {
  const { api, mesh, url, pods } = await startSplit(100)
  await startPod(api, 'aleph', 'v2')
  await pods[1].stop()
  await mesh.settled
  expect(await sendMany(url, 'aleph', 50)).toEqual({ v2: 50 })
})

test('when no pod accepts connections: 503 UF', async () => {
  const { api, mesh, url, handled, pods } = await startSplit(100)
  await pods[1].stop()
  register(api, 'aleph', 'v2', pods[1].port)
  await mesh.settled
  expect(await send(url, 'aleph')).toMatchObject({ status: 503 })
  expect(handled).toMatchObject([{ flag: 'UF', endpoint: { workload: 'aleph-v2' } }])
})

test('when a pod breaks the connection: 503 UC', async () => {
  const { api, mesh, url, handled } = await startSplit(0)
  await startPod(api, 'aleph', 'v3', request => request.socket.destroy())
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v3', 'v3'))
  await mesh.settled
  expect(await send(url, 'aleph')).toMatchObject({ status: 503 })
  expect(handled).toMatchObject([{ flag: 'UC' }])
})

test('when a pod takes longer than its route allows: 504 UT', async () => {
  const { api, mesh, url, handled, route } = await startSplit(0)
  await startPod(api, 'aleph', 'v3', () => {})
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v3', 'v3'))
  await route([{ timeout: '20ms', route: [to('canary')] }])
  await mesh.settled
  expect(await send(url, 'aleph')).toMatchObject({ status: 504 })
  expect(handled).toMatchObject([{ flag: 'UT' }])
})

test('a route that asks for what is not done here is refused, and nothing else is done instead', async () => {
  const { route, url } = await startSplit(0)
  await route([{ fault: { abort: { percentage: { value: 1 } } }, route: [to('production')] }])
  const { status, body } = await send(url, 'aleph')
  expect(status).toBe(501)
  expect(body).toContain('fault')
})

test('passes on method, path, headers and body, and hands back the answer as it is', async () => {
  const { api, mesh, url } = await startSplit(0)
  await startPod(api, 'aleph', 'v3', async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const { host, 'x-mine': mine, connection } = request.headers
    response
      .writeHead(418, { 'x-version': 'v3' })
      .end(JSON.stringify({ method: request.method, url: request.url, host, mine, connection, body }))
  })
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v3', 'v3'))
  await mesh.settled
  const sent = { method: 'PUT', headers: { 'x-mine': '1', connection: 'close' }, body: 'hello' }
  const { status, body } = await send(url, 'aleph', '/a%20b?c=d', sent)
  expect(status).toBe(418)
  expect(JSON.parse(body)).toEqual({
    method: 'PUT',
    url: '/a%20b?c=d',
    host: 'aleph',
    mine: '1',
    connection: 'keep-alive',
    body: 'hello',
  })
})

test('keeps its connections to the pods', async () => {
  const { api, mesh, url } = await startSplit(0)
  const sockets = new Set<unknown>()
  await startPod(api, 'aleph', 'v3', (request, response) => {
    sockets.add(request.socket)
    response.end()
  })
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v3', 'v3'))
  await mesh.settled
  for (let i = 0; i < 5; i++) await send(url, 'aleph')
  expect(sockets.size).toBe(1)
})

test('tells of a request that its client gave up', async () => {
  const { api, mesh, url, handled } = await startSplit(0)
  const arrivals = new EventEmitter()
  await startPod(api, 'aleph', 'v3', () => arrivals.emit('request'))
  api.merge(`${paths.destinationRules}/aleph`, destinationRule('aleph', 'v3', 'v3'))
  await mesh.settled
  const asked = once(arrivals, 'request')
  const request = http.get(url, { headers: { host: 'aleph' } })
  request.once('error', () => {})
  await asked
  request.destroy()
  await expect.poll(() => handled).toMatchObject([{ status: 0, flag: 'DC' }])
})

test('a port that is taken rejects with EADDRINUSE', async () => {
  const { url } = await start()
  const port = Number(new URL(url).port)
  await expect(startMesh(new ApiMachine(), { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
