import { describe, expect } from 'vitest'
import { waitFor } from '../src/index.js'
import { errorsOf, test } from './support/product.js'
import { canaryWeight, none, recordWeights, untilWeight } from './support/routes.js'

describe('A rollout whose API server is killed and comes back', () => {
  test('goes on to its limit, one increment after the other', async ({ environment, deploy, product }) => {
    const app = await deploy()
    await product.start()
    const load = app.load(50)
    const birdWatch = await product.watch(app, { interval: 2, traffic_limit: 60 })
    await birdWatch.reaches(20)

    await environment.kill('apiserver')
    await environment.start('apiserver')
    const recorder = recordWeights(app)

    await birdWatch.phase('Holding')
    const weights = await recorder.stop()
    const first = weights[0] ?? 0
    expect(weights).toEqual([10, 20, 30, 40, 50, 60].filter(weight => weight >= first))
    await load.stop()
    expect(load.failed).toBe(0)
  })
})

describe('A mesh that takes no writes', () => {
  test('is written to again and again until the sick canary has no traffic', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    await product.start()
    app.load(100)
    const remove = await environment.mesh.validateWrites(app.spec.namespace)
    const birdWatch = await product.watch(app, { interval: 2 })
    await birdWatch.reaches(20)

    await environment.kill('istiod', 'SIGSTOP')
    await app.set('v04', { errorRate: 0.5 })
    await environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value > 0.5)
    await waitFor('the refusal to be told', () => product.posts().some(post => post.includes('is refused')))

    await expect(birdWatch.status()).resolves.toMatchObject({ phase: 'RollingBack' })
    await expect(canaryWeight(app)).resolves.toBeGreaterThan(0)
    await expect(birdWatch.condition('Degraded')).resolves.toMatchObject({ status: 'True', reason: 'RollbackBlocked' })
    await environment.kill('istiod', 'SIGCONT')
    await untilWeight(app, none)
    await birdWatch.phase('RolledBack')
    expect(product.posts().filter(post => post.includes('is refused'))).toHaveLength(1)
    await remove()
  })
})
