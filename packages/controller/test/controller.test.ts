import { describe, expect, it, vi } from 'vitest'
import type { BirdWatchStatus } from '../src/resource/status.js'
import type { ApiServer } from './support/api-server.js'
import {
  addBirdWatch,
  addDeployment,
  birdwatches,
  destinationRules,
  events,
  setWeight,
  startCluster,
  weightOf,
} from './support/cluster.js'
import { startController } from './support/controller.js'
import { startPrometheus } from './support/prometheus.js'

/** After a take-over the engine waits for one request lifetime (10 s) before it believes in a weight of 0. */
vi.setConfig({ testTimeout: 60_000 })

const fast = { interval: 1, increment: 10, propagation: 0 }
const statusOf = (api: ApiServer, name = 'aleph') =>
  (api.get(birdwatches, 'shop', name)?.status ?? {}) as BirdWatchStatus
const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 40_000, interval: 20 })
const untilPhase = (api: ApiServer, phase: string, name = 'aleph') =>
  eventually(() => expect(statusOf(api, name).phase).toBe(phase))
const annotate = (api: ApiServer, command: string) =>
  api.edit(birdwatches, 'shop', 'aleph', o =>
    Object.assign(o.metadata, { annotations: { 'otomato.link/command': command } }),
  )
function subset(api: ApiServer, i: number): string | undefined {
  const { spec } = api.get(destinationRules, 'shop', 'aleph') as {
    spec: { subsets: { labels: { version: string } }[] }
  }
  return spec.subsets[i]?.labels.version
}

describe('A healthy canary', () => {
  it('is promoted, step by step, and production is named by its label in the end', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, traffic_limit: 20, at_limit: 'promote' })
    await untilPhase(api, 'Promoted')
    expect(subset(api, 0)).toBe('v04')
    expect(weightOf(api)).toBe(0)
    expect(statusOf(api)).toMatchObject({ production_version: 'v03', observedGeneration: 1 })
    await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')?.metadata.finalizers).toEqual([]))
  })

  it('costs one write of the status, one of the routes and one event per step, and nothing when it rests', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, traffic_limit: 30 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    await eventually(() => expect(api.list(events).filter(e => reason(e) === 'Raised')).toHaveLength(1))
    const before = api.requests.length
    await eventually(() => expect(weightOf(api)).toBe(20))
    await eventually(() => expect(api.list(events).filter(e => reason(e) === 'Raised')).toHaveLength(2))
    const step = api.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)
    expect(step.sort()).toEqual(['PATCH aleph/status', 'PATCH virtualservices/aleph', 'POST shop/events'])
  })
})

const leaseRequests = (api: ApiServer) => api.requests.filter(({ path }) => path.includes('/leases/')).length

/** Answers requests for these with a failure. */
const refuse =
  (...parts: string[]): ApiServer['gate'] =>
  ({ path }) =>
    parts.some(part => path.includes(part)) ? 503 : undefined

/** A controller that asks for the Lease, and loses it soon when it is not renewed. */
async function elected(api: ApiServer, prometheusUrl: string) {
  const configuration = { leaderElection: { namespace: 'shop', leaseSeconds: 2 } }
  const { get } = await startController(api, prometheusUrl, { configuration })
  const leads = (value: number) =>
    eventually(async () => expect((await get('/metrics')).text).toContain(`birdwatch_leader ${value}`))
  return { leads }
}

const reason = (event: object) => (event as { reason?: string }).reason

describe('An unhealthy canary', () => {
  it('is rolled back, and the status says why with the numbers', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', fast)
    await eventually(() => expect(weightOf(api)).toBe(10))
    prometheus.value = 9
    await untilPhase(api, 'RolledBack')
    expect(weightOf(api)).toBe(0)
    expect(statusOf(api).message).toContain('metric is 9, baseline 0, allowed deviation 0.5')
  })
})

describe('A BirdWatch', () => {
  it('waits for its canary, and says what it looked for', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, canary_version: 'v05' })
    await eventually(() => expect(statusOf(api).message).toContain('version=v05'))
    addDeployment(api, 'v05')
    await eventually(() => expect(weightOf(api)).toBe(10))
  })

  it('with a spec that the API server let through is Invalid, and nothing is written to the mesh', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { increment: 11 })
    await untilPhase(api, 'Invalid')
    expect(statusOf(api).message).toBe('Not started: increment: found 11, expected a whole number from 1 to 10')
    expect(api.writes.filter(w => w.includes('virtualservices') || w.includes('destinationrules'))).toEqual([])
  })

  it('that names a service of another one in progress is Invalid, and begins when the other is gone', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    addBirdWatch(api, 'second', { ...fast, interval: 600 })
    await untilPhase(api, 'Invalid', 'second')
    expect(statusOf(api, 'second').message).toContain('aleph is rolled out by BirdWatch aleph')
    api.remove(birdwatches, 'shop', 'aleph')
    await untilPhase(api, 'Progressing', 'second')
  })

  it('that is deleted rolls back first', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    api.remove(birdwatches, 'shop', 'aleph')
    expect(api.get(birdwatches, 'shop', 'aleph')).toBeDefined()
    await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')).toBeUndefined())
    expect(weightOf(api)).toBe(0)
  })

  it('whose state was written by a newer version is left alone', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    addBirdWatch(api, 'aleph', fast)
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o, { status: { engine: { schema: 2, rev: 9 } } }))
    addBirdWatch(api, 'other', { ...fast, service: 'nowhere' })
    await startController(api, prometheus.url)
    await untilPhase(api, 'Waiting', 'other')
    expect(statusOf(api)).toEqual({ engine: { schema: 2, rev: 9 } })
  })
})

describe('A command', () => {
  it('is carried out once, recorded, and its annotation is taken away', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    annotate(api, 'abort')
    await untilPhase(api, 'RolledBack')
    await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')?.metadata.annotations).toEqual({}))
    expect(statusOf(api).last_command).toMatchObject({ name: 'abort', by: 'kubectl-edit' })
  })

  it('that there is not is refused with what there is', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await untilPhase(api, 'Progressing')
    annotate(api, 'explode')
    await eventually(() => expect(statusOf(api).last_command?.refused).toContain('there is no such command'))
    await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')?.metadata.annotations).toEqual({}))
  })
})

describe('Somebody else', () => {
  it('who changes the weights wins: the rollout pauses and names them', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    setWeight(api, 50, 'flux')
    await untilPhase(api, 'Paused')
    expect(statusOf(api).message).toContain('last writer: flux')
    expect(statusOf(api).conditions?.find(c => c.type === 'InSync')?.status).toBe('False')
    expect(weightOf(api)).toBe(50)
  })
})

describe('The controller', () => {
  it('starts and holds while Prometheus can not be reached, says so, and goes on when it can', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(undefined)]
    const { get } = await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', fast)
    await eventually(() =>
      expect(statusOf(api).conditions?.find(c => c.type === 'Degraded')?.reason).toBe('ProviderUnreachable'),
    )
    expect((await get('/metrics')).text).toContain('birdwatch_provider_up{provider="prometheus"} 0')
    prometheus.value = 0
    await eventually(() => expect(weightOf(api)).toBe(10))
  })

  it('is ready when its caches are filled, and alive before', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    api.gate = ({ path }) => (path.endsWith('/deployments') ? 503 : undefined)
    const { get } = await startController(api, prometheus.url)
    expect(await get('/livez')).toEqual({ status: 200, text: 'ok\n' })
    await eventually(async () =>
      expect(await get('/readyz')).toEqual({ status: 503, text: 'not ready: deployments\n' }),
    )
    api.gate = () => undefined
    await eventually(async () => expect((await get('/readyz')).status).toBe(200))
  })

  it('shows metrics of a rollout for as long as its resource exists', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const { get } = await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', fast)
    await eventually(() => expect(weightOf(api)).toBe(10))
    const { text } = await get('/metrics')
    expect(text).toContain('birdwatch_rollout_phase{namespace="shop",name="aleph",phase="Progressing"} 1')
    expect(text).toMatch(/birdwatch_seconds_since_check\{namespace="shop",name="aleph"\} [\d.]+/)
    api.remove(birdwatches, 'shop', 'aleph')
    await eventually(async () => expect((await get('/metrics')).text).not.toContain('name="aleph"'))
  })

  it('goes on after a restart where it had stopped', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const first = await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, traffic_limit: 20, at_limit: 'promote' })
    await eventually(() => expect(weightOf(api)).toBe(10))
    await first.controller.stop()
    await startController(api, prometheus.url)
    await untilPhase(api, 'Promoted')
  })

  it('that has lost the Lease writes nothing, until it leads again', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const { leads } = await elected(api, prometheus.url)
    addBirdWatch(api, 'aleph', { ...fast, interval: 2 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    api.gate = refuse('/leases/')
    await leads(0)
    const { length } = api.writes
    prometheus.value = 9
    annotate(api, 'abort')
    const asked = leaseRequests(api)
    await eventually(() => expect(leaseRequests(api)).toBeGreaterThan(asked + 2))
    expect(api.writes).toHaveLength(length)
    api.gate = () => undefined
    await untilPhase(api, 'RolledBack')
  })

  it('that has lost the Lease in the middle of a rollback still brings the weight to 0', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const { leads } = await elected(api, prometheus.url)
    addBirdWatch(api, 'aleph', fast)
    await eventually(() => expect(weightOf(api)).toBe(10))
    api.gate = refuse('/virtualservices/')
    prometheus.value = 9
    await untilPhase(api, 'RollingBack')
    api.gate = refuse('/virtualservices/', '/leases/')
    await leads(0)
    api.gate = refuse('/leases/')
    await eventually(() => expect(weightOf(api)).toBe(0))
  })

  it('leads by the Lease, one at a time, and hands over when it stops', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const elected = { configuration: { leaderElection: { namespace: 'shop' } } }
    const first = await startController(api, prometheus.url, elected)
    await eventually(async () => expect((await first.get('/metrics')).text).toContain('birdwatch_leader 1'))
    const second = await startController(api, prometheus.url, elected)
    addBirdWatch(api, 'aleph', { ...fast, interval: 600 })
    await eventually(() => expect(weightOf(api)).toBe(10))
    expect((await second.get('/metrics')).text).toContain('birdwatch_leader 0')
    await first.controller.stop()
    await eventually(async () => expect((await second.get('/metrics')).text).toContain('birdwatch_leader 1'))
    annotate(api, 'abort')
    await untilPhase(api, 'RolledBack')
  })
})

describe('A rollback', () => {
  it('after a take-over costs few writes, though it waits until a weight of 0 is certain', async () => {
    const [api, prometheus] = [await startCluster(), await startPrometheus(0)]
    const first = await startController(api, prometheus.url)
    addBirdWatch(api, 'aleph', fast)
    await eventually(() => expect(weightOf(api)).toBe(10))
    await first.controller.stop()
    prometheus.value = 9
    const before = api.writes.length
    await startController(api, prometheus.url)
    await untilPhase(api, 'RolledBack')
    expect(api.writes.slice(before).filter(w => w === 'PATCH birdwatches/status').length).toBeLessThan(8)
  })
})
