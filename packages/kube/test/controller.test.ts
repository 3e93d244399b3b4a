import type { V1Deployment } from '@kubernetes/client-node'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClient, isKubeError, Reflector, Store, WorkQueue } from '../src/index.js'
import { FakeApi, type Fault } from './fake-api.js'

/** A controller that raises `spec.replicas` of every object to 3, one at a time, from what it holds in its store. */
async function startController(api: FakeApi) {
  const client = createClient({ server: api.server.url, userAgent: 'starling/1.0' })
  const store = new Store({ project: (object: V1Deployment) => object })
  const reflector = new Reflector({ client, path: api.path, store })
  const conflicts: string[] = []
  const queue = new WorkQueue({
    work: async (key, signal) => {
      const object = store.getByKey(key)
      const replicas = object?.spec?.replicas ?? 0
      if (!object || replicas >= 3) return
      const next = { ...object, spec: { ...object.spec, replicas: replicas + 1 } }
      store.replace(await client.replace<V1Deployment>(`${api.path}/${key}`, next, { signal }))
    },
    observer: { onError: (key, error) => isKubeError(error, 'KUBE_CONFLICT') && conflicts.push(key) },
    baseDelayMs: 1,
  })
  store.onChange(key => queue.add(key))
  const stop = new AbortController()
  const running = reflector.run(stop.signal)
  onTestFinished(async () => {
    await queue.drain()
    stop.abort()
    await running
  })
  return { store, conflicts }
}

const replicas = (api: FakeApi) => api.objects.map(({ spec }) => (spec as { replicas: number }).replicas)
const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 2 })

test('reflector, store, queue and client together: every write is planned on the answer to the one before', async () => {
  const api = await FakeApi.start()
  for (const name of ['finch', 'robin', 'wren']) api.put(name, { replicas: 0 })

  const { conflicts } = await startController(api)
  await until(() => replicas(api).join() === '3,3,3')

  expect(api.reads).toEqual(['list', '3'])
  expect(api.server.requests.filter(request => request.startsWith('PUT'))).toHaveLength(9)
  expect(conflicts).toEqual([])
})

test("somebody else's edit in between is a conflict, planned again on the fresh object", async () => {
  const api = await FakeApi.start()
  api.put('finch', { replicas: 0 })
  const editBeforeFirstWrite: Fault = request => {
    if (request.method === 'PUT') api.put('finch', { replicas: 1 })
    else api.failNext(editBeforeFirstWrite)
    return false
  }
  api.failNext(editBeforeFirstWrite)

  const { conflicts } = await startController(api)
  await until(() => replicas(api).join() === '3')

  expect(new Set(conflicts)).toEqual(new Set(['finch']))
})
