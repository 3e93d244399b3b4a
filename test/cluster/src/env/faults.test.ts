import { describe, expect } from 'vitest'
import { test } from '../fixtures.js'
import { waitFor } from '../wait.js'

describe('a killed part', () => {
  test.for(['etcd', 'apiserver', 'controller-manager', 'istiod'] as const)(
    '%s loses no request, and after its restart writes take effect again',
    async (part, { environment, deploy }) => {
      const app = await deploy()
      const load = app.load(50)
      await environment.kill(part)
      await environment.start(part)

      await waitFor('a write to be accepted', () => app.shift(40).then(() => true))

      const tally = await load.stop()
      expect(tally.failed).toBe(0)
      expect(tally.settled).toBe(true)
    },
  )

  test('prometheus has its history and its targets back after a restart', async ({ environment, deploy }) => {
    const app = await deploy()
    await app.send(100)
    const count = `sum(istio_requests_total{destination_service_namespace="${app.spec.namespace}"})`
    await environment.prometheus.waitForValue(count, value => value >= 100)
    await environment.kill('prometheus')
    await environment.start('prometheus')

    await environment.prometheus.targetsUp()

    await expect(environment.prometheus.value(count)).resolves.toBeGreaterThanOrEqual(100)
  })

  test('the gateway serves again after its restart', async ({ environment, deploy }) => {
    const app = await deploy({ canaryWeight: 30 })
    await environment.restart('gateway')

    await environment.mesh.waitForWeights(app.spec.host, { production: 70, canary: 30 })

    const tally = await waitFor('answers', async () => {
      const tally = await app.send(50)
      return tally.failed === 0 && tally
    })
    expect(tally.answered).toBe(50)
  })

  test('the kubelet brings its pods back after its restart', async ({ environment, deploy }) => {
    const app = await deploy()
    await environment.kill('kubelet')
    await environment.start('kubelet')

    const tally = await waitFor('answers', async () => {
      const tally = await app.send(50)
      return tally.failed === 0 && tally
    })

    expect(tally.versions).toEqual({ v03: 50 })
  })

  test('says how it ended when it dies at its start', async ({ environment }) => {
    const { processes } = environment
    await processes.start({ name: 'doomed', file: 'sh', args: ['-c', 'echo out of cheese; exit 3'] })

    const failure = processes.ready('doomed', async () => false)

    await expect(failure).rejects.toThrow('out of cheese')
    await expect(processes.ended('doomed')).resolves.toEqual({ code: 3, signal: null })
  })
})

describe('a frozen istiod', () => {
  test('leaves the old routes in place, and applies what was written meanwhile when it goes on', async ({
    environment,
    deploy,
  }) => {
    const app = await deploy()
    await environment.kill('istiod', 'SIGSTOP')
    const shifted = app.shift(100)
    const during = await app.send(200)
    await environment.kill('istiod', 'SIGCONT')

    await shifted

    const after = await app.send(200)
    expect(during.share('v03')).toBe(1)
    expect(after.share('v04')).toBe(1)
  })

  test('blocks writes where it validates them', async ({ environment, deploy }) => {
    const app = await deploy()
    const weight = (value: number) => [{ op: 'replace' as const, path: '/spec/http/0/route/1/weight', value }]
    const remove = await environment.mesh.validateWrites(app.spec.namespace)
    await waitFor('the webhook to refuse a negative weight', () =>
      environment.api.patch(app.virtualService, weight(-1)).then(
        () => false,
        error => error.status === 400,
      ),
    )
    await environment.kill('istiod', 'SIGSTOP')

    // A thread that was running when the signal came may still answer the first one.
    await waitFor('a write to be blocked', () =>
      environment.api.patch(app.virtualService, weight(50)).then(
        () => false,
        error => error.status === 500,
      ),
    )

    await remove()
  })
})
