import { describe, expect } from 'vitest'
import type { App } from '../app.js'
import { test } from '../fixtures.js'
import { sendBatch } from '../load.js'
import { waitFor } from '../wait.js'
import { partNames } from './layout.js'

/** Four standard deviations of a share, each request being an independent draw. */
const tolerance = (share: number, requests: number) => 4 * Math.sqrt((share * (1 - share)) / requests)

const requestsTo = ({ spec }: App, labels = '') =>
  `sum(istio_requests_total{destination_service_name="${spec.name}",destination_service_namespace="${spec.namespace}"${labels}})`

describe('the environment', () => {
  test('runs every part', async ({ environment }) => {
    const running = await Promise.all(partNames.map(name => environment.processes.running(name)))

    expect(running).toEqual(partNames.map(() => true))
  })

  test('serves its command line clients', async ({ environment, namespace }) => {
    const version = JSON.parse(await environment.kubectl(['version', '--output=json'])) as Record<string, object>
    const releases = await environment.helm(['list', '--namespace', namespace, '--output=json'])

    expect(version.serverVersion).toMatchObject({ gitVersion: 'v1.36.3' })
    expect(JSON.parse(releases)).toEqual([])
  })

  test.for([10, 50, 100])(
    'sends %i percent of real requests to the canary when the weight says so',
    async (weight, { deploy }) => {
      const app = await deploy()
      await app.shift(weight)

      const tally = await app.send(2000)

      expect(tally.statuses).toEqual({ 200: 2000 })
      expect(Math.abs(tally.share('v04') - weight / 100)).toBeLessThanOrEqual(tolerance(weight / 100, 2000))
    },
  )

  test('counts every answer under the version of the pod that gave it', async ({ environment, deploy }) => {
    const app = await deploy({ versions: { v03: {}, v04: { errorRate: 1 } }, canaryWeight: 50 })
    await environment.prometheus.waitForValue(requestsTo(app), value => value > 0)
    const before = (await environment.prometheus.value(requestsTo(app))) ?? 0

    const { versions } = await app.send(500)

    await environment.prometheus.waitForValue(requestsTo(app), value => value >= before + 500)
    const failed = await environment.prometheus.query(
      `sum by (destination_version)(istio_requests_total{destination_service_namespace="${app.spec.namespace}",response_code="500"})`,
    )
    expect(failed.map(({ labels }) => labels)).toEqual([{ destination_version: 'v04' }])
    expect(failed[0]?.value).toBeGreaterThanOrEqual(versions.v04 ?? 0)
  })

  test('routes what the client proxy sends by the same weights', async ({ environment, deploy }) => {
    const app = await deploy({ canaryWeight: 100 })

    const target = await app.openToClient()

    await expect(environment.mesh.weights(target.host, { proxy: 'client' })).resolves.toEqual({ canary: 100 })
    const tally = await waitFor('the client proxy to answer', async () => {
      const tally = await sendBatch(target, 20)
      return tally.statuses[200] === 20 && tally
    })
    expect(tally.share('v04')).toBe(1)
  })

  test('lets pods change their behaviour while they run', async ({ deploy }) => {
    const app = await deploy()
    await app.set('v03', { errorRate: 1 })

    const tally = await app.send(100)

    expect(tally.statuses).toEqual({ 500: 100 })
  })

  test('restarts a pod whose process died', async ({ deploy }) => {
    const app = await deploy({ versions: { v03: { replicas: 1 }, v04: { replicas: 1 } } })
    await app.crash('v03')

    const restarts = await waitFor('the restart to be reported', async () => {
      const [pod] = await app.pods('v03')
      const restarts = pod?.status?.containerStatuses?.[0]?.restartCount ?? 0
      return restarts > 0 && restarts
    })

    expect(restarts).toBe(1)
    await app.available('v03')
  })

  test('rolls out a new revision and a new scale without losing a request', async ({ deploy }) => {
    const app = await deploy()
    const load = app.load(50)
    await app.release('v03', { latencyMs: 1, replicas: 3 })
    await app.scale('v03', 1)
    await app.available('v03')

    const tally = await load.stop()

    expect(tally.failed).toBe(0)
    expect(tally.settled).toBe(true)
  })
})
