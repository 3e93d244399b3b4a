import { describe, expect } from 'vitest'
import { test } from './support/product.js'
import { canaryWeight, recordWeights } from './support/routes.js'
import { untilAsked } from './support/telemetry.js'

describe('A rollout whose Prometheus', () => {
  test('is stopped holds its weight, says so once, and goes on afterwards', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    app.load(50)
    const birdWatch = await product.watch(app, { increment: 5, traffic_limit: 40 })
    await birdWatch.reaches(15)

    await environment.stop('prometheus')
    await untilAsked(controller, 1, 'METRIC_UNREACHABLE')
    const weight = await canaryWeight(app)
    const recorder = recordWeights(app)
    await untilAsked(controller, 2, 'METRIC_UNREACHABLE')

    expect(await recorder.stop()).toEqual([weight])
    const degraded = await birdWatch.condition('Degraded')
    expect(degraded).toMatchObject({ status: 'True', reason: 'MetricTrouble' })
    const { phase, message } = await birdWatch.status()
    expect(phase).toBe('Progressing')
    expect(message).toContain('Holding')

    await environment.start('prometheus')

    await birdWatch.phase('Holding')
    const told = (await birdWatch.events()).map(({ reason }) => reason)
    expect(told.filter(reason => reason.startsWith('Metric'))).toEqual(['MetricTrouble', 'MetricRecovered'])
    const posts = product.posts()
    expect(posts.filter(post => post.includes('can not be judged'))).toHaveLength(1)
    expect(posts.filter(post => post.includes('can be judged again'))).toHaveLength(1)
  })

  test('no longer answers holds its weight too', async ({ environment, deploy, product }) => {
    const app = await deploy()
    const provider = { name: 'prometheus', type: 'prometheus', timeoutSeconds: 1 }
    const controller = await product.start({ providers: [provider] })
    app.load(50)
    const birdWatch = await product.watch(app, { increment: 5 })
    await birdWatch.reaches(20)

    await environment.kill('prometheus', 'SIGSTOP')
    await untilAsked(controller, 1, 'METRIC_TIMEOUT')
    const weight = await canaryWeight(app)
    await untilAsked(controller, 2, 'METRIC_TIMEOUT')

    await expect(canaryWeight(app)).resolves.toBe(weight)
    await environment.kill('prometheus', 'SIGCONT')
    await birdWatch.until('to go on', status => (status.weight ?? 0) > (weight ?? 0))
  })
})
