import { definePlugin, type Json } from '@birdwatch/core'
import { expect, it, vi } from 'vitest'
import { tokens } from '../src/composition/tokens.js'
import type { BirdWatchStatus } from '../src/resource/status.js'
import { addBirdWatch, addDeployment, birdwatches, startCluster } from './support/cluster.js'
import { startController } from './support/controller.js'
import { startPrometheus } from './support/prometheus.js'

vi.setConfig({ testTimeout: 120_000 })

const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 100_000, interval: 20 })

/** As little as a router can be: it knows one weight, and no versions. */
function simpleRouter() {
  const written: { readonly target: Json; readonly weight: number }[] = []
  const set = async (target: Json, weight: number) => void written.push({ target, weight })
  const plugin = definePlugin({
    kind: 'traffic-router',
    name: 'simple',
    apiVersion: 1,
    create: () => ({
      contract: 1,
      observe: async () => ({ state: 'ready', weight: written.at(-1)?.weight ?? 0 }),
      prepare: target => set(target, 0),
      shift: set,
      rollback: target => set(target, 0),
      promote: target => set(target, 100),
    }),
  })
  return { plugin, written }
}

async function startWithout(health: number) {
  const [api, prometheus] = [await startCluster(), await startPrometheus(health)]
  // Of a cluster without Istio, nothing of that group can be asked.
  api.gate = ({ path }) => (path.startsWith('/apis/networking.istio.io') ? 404 : undefined)
  const { plugin, written } = simpleRouter()
  const running = await startController(api, prometheus.url, {
    configuration: { router: { type: 'simple' } },
    override: container => container.register(tokens.routerPlugins, { useValue: { simple: plugin } }),
  })
  addBirdWatch(api, 'aleph', { interval: 1, increment: 10, propagation: 0, traffic_limit: 20, at_limit: 'promote' })
  const status = () => (api.get(birdwatches, 'shop', 'aleph')?.status ?? {}) as BirdWatchStatus
  return { api, prometheus, written, status, ...running }
}

it('With another router configured, a rollout is carried in a cluster that has no Istio', async () => {
  const { api, written, status, get } = await startWithout(0)
  await eventually(() => expect(status().phase).toBe('Promoted'))

  expect(written.map(({ weight }) => weight)).toEqual([0, 10, 20, 100])
  expect(written[0]?.target).toMatchObject({ namespace: 'shop', service: 'aleph', canaryVersion: 'v04' })
  expect(api.requests.filter(({ path }) => path.includes('istio'))).toEqual([])
  expect(await get('/readyz')).toMatchObject({ status: 200 })
})

it('Production is then what else is behind the Service: without a pod of it, the canary keeps its weight', async () => {
  const { api, written, status } = await startWithout(0)
  await eventually(() => expect(written.at(-1)?.weight).toBe(10))
  addDeployment(api, 'v03', 0)
  await eventually(() => expect(status().phase).toBe('Frozen'))

  expect(status()).toMatchObject({ engine: { reason: { code: 'no_production' } } })
  expect(written.at(-1)?.weight).toBeGreaterThan(0)
})
