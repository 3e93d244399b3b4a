import { systemClock } from '@birdwatch/core'
import { createClient } from '@birdwatch/kube'
import { expect, it, vi } from 'vitest'
import { abortAll } from '../src/abort-all.js'
import type { BirdWatchStatus } from '../src/resource/status.js'
import type { ApiServer } from './support/api-server.js'
import { addBirdWatch, addDeployment, birdwatches, setWeight, startCluster, weightOf } from './support/cluster.js'
import { startController } from './support/controller.js'
import { startPrometheus } from './support/prometheus.js'

vi.setConfig({ testTimeout: 60_000 })

const statusOf = (api: ApiServer) => (api.get(birdwatches, 'shop', 'aleph')?.status ?? {}) as BirdWatchStatus
const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 40_000, interval: 20 })

/** A rollout that holds at 20 %. */
async function holding() {
  const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
  const { controller } = await startController(api, prometheus.url)
  addBirdWatch(api, 'aleph', { interval: 1, increment: 10, propagation: 0, traffic_limit: 20 })
  await eventually(() => expect(statusOf(api).phase).toBe('Holding'))
  return { api, controller }
}

function everything(api: ApiServer, timeoutMs = 30_000, namespaces: string[] = []): Promise<string[]> {
  const client = createClient({ server: api.url, fieldManager: 'test' })
  return abortAll({ client, namespaces, clock: systemClock, timeoutMs, say: () => {} }).finally(() => client.close())
}

it('Every rollout in progress is taken back, and nothing keeps its resource any more', async () => {
  const { api } = await holding()
  await expect(everything(api)).resolves.toEqual([])
  expect(weightOf(api)).toBe(0)
  expect(statusOf(api).phase).toBe('RolledBack')
  await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')?.metadata.finalizers).toEqual([]))
})

it('Rollouts of other namespaces are left as they are', async () => {
  const { api } = await holding()
  await expect(everything(api, 30_000, ['elsewhere'])).resolves.toEqual([])
  expect(weightOf(api)).toBe(20)
})

it('Weights that somebody else has set are left to be decided upon', async () => {
  const { api } = await holding()
  setWeight(api, 35, 'argocd')
  await eventually(() => expect(statusOf(api).phase).toBe('Paused'))
  const [left] = await everything(api)
  expect(left).toContain('shop/aleph: Paused at 20 %: somebody else has set its weights')
  expect(weightOf(api)).toBe(35)
})

it('Traffic is not sent to a production that has no available pods', async () => {
  const { api } = await holding()
  addDeployment(api, 'v03', 0)
  await eventually(() => expect(statusOf(api).phase).toBe('Frozen'))
  const [left] = await everything(api)
  expect(left).toContain('production (v03) has no available pods')
  expect(weightOf(api)).toBe(20)
})

it('Without a controller it says what is still in progress', async () => {
  const { api, controller } = await holding()
  await controller.stop()
  await expect(everything(api, 1000)).resolves.toEqual([
    'shop/aleph: Holding at 20 %, not ended in time; does the controller run?',
  ])
})
