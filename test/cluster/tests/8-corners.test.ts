import { describe, expect } from 'vitest'
import { errorsOf, test } from './support/product.js'
import { atLeast, canaryWeight, recordWeights, untilWeight, versions, virtualService } from './support/routes.js'
import { untilAsked } from './support/telemetry.js'

describe('Without an available production pod', () => {
  test('nothing is rolled back, however sick the canary: a person is asked', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    app.load(100)
    const birdWatch = await product.watch(app)
    await birdWatch.reaches(20)

    await app.scale('v03', 0)
    const { message, weight = 0 } = await birdWatch.phase('Frozen')
    await app.set('v04', { errorRate: 0.9 })
    await environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value > 0.5)
    await untilAsked(controller, 3)

    expect(message).toContain('No pod of production (v03) is available')
    await expect(birdWatch.status()).resolves.toMatchObject({ phase: 'Frozen', weight })
    await expect(canaryWeight(app)).resolves.toBe(weight)
    await birdWatch.command('resume')
    await birdWatch.until('the refusal', ({ last_command }) => /no production pod/.test(last_command?.refused ?? ''))

    await app.scale('v03', 2)
    await app.available('v03')
    await birdWatch.command('resume')

    await birdWatch.phase('RolledBack') // it is still sick, and there is something to go back to
  })
})

describe('Without an available canary pod', () => {
  test('the weight is 0, also under `if_unhealthy: freeze`', async ({ environment, deploy, product }) => {
    const app = await deploy()
    await product.start()
    const birdWatch = await product.watch(app, { if_unhealthy: 'freeze' })
    await birdWatch.reaches(20)

    await app.set('v04', { ready: false })

    const { message } = await birdWatch.phase('RolledBack')
    expect(message).toContain('0 of 2 pods available')
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 })
    expect((await app.send(100)).share('v03')).toBe(1)
  })
})

describe('A canary whose pods production would not select', () => {
  test('is Invalid, with the label named, before any weight moves', async ({ environment, deploy, product }) => {
    const app = await deploy()
    const labels = '/spec/subsets/0/labels'
    await environment.api.patch(app.destinationRule, [{ op: 'add', path: `${labels}/track`, value: 'stable' }])
    await product.start()
    const before = await virtualService(app)

    const birdWatch = await product.watch(app)

    const { message } = await birdWatch.phase('Invalid')
    expect(message).toContain('track')
    const after = await virtualService(app)
    expect(after.metadata.generation).toBe(before.metadata.generation)
    await expect(versions(app)).resolves.toEqual({ production: 'v03', canary: 'v04' })
  })
})

describe('A canary subset that carries traffic of another version', () => {
  test('loses its traffic before it is relabelled', async ({ environment, deploy, product }) => {
    const app = await deploy({
      versions: { v02: {}, v03: {}, v04: {} },
      production: 'v03',
      canary: 'v02',
      canaryWeight: 20,
    })
    await product.start()
    const load = app.load(100)
    const recorder = recordWeights(app)
    const mark = await environment.audit.mark()

    const birdWatch = await product.watch(app)

    await birdWatch.reaches(20)
    const weights = await recorder.stop()
    expect(weights.slice(0, 3)).toEqual([20, 0, 10])
    const resource = ['virtualservices', 'destinationrules']
    const ours = { user: product.identity.user, verb: 'patch', resource }
    const written = await environment.audit.since(mark, ours)
    expect(written.slice(0, 3).map(({ resource }) => resource)).toEqual([
      'virtualservices',
      'destinationrules',
      'virtualservices',
    ])
    await expect(versions(app)).resolves.toEqual({ production: 'v03', canary: 'v04' })
    await load.stop()
    expect(load.failed).toBe(0)
  })
})

describe('Monitoring that falls silent after its first data', () => {
  test('holds the rollout: no data proves nothing', async ({ deploy, product }) => {
    const app = await deploy()
    const controller = await product.start()
    const load = app.load(50)
    const requests = `sum(rate(istio_requests_total{destination_service_namespace="${app.spec.namespace}"}[5s])) > 0`
    const birdWatch = await product.watch(app, { metric: requests, deviation: 1e6 })
    await birdWatch.reaches(20)

    await load.stop()
    const { phase, weight = 0 } = await birdWatch.until(
      'to hold',
      ({ message }) => message?.startsWith('Holding') ?? false,
    )
    await untilAsked(controller, 5)

    expect(phase).toBe('Progressing')
    await expect(birdWatch.status()).resolves.toMatchObject({ phase, weight })
    await expect(canaryWeight(app)).resolves.toBe(weight)
    const told = (await birdWatch.events()).filter(({ reason }) => reason === 'MetricTrouble')
    expect(told).toHaveLength(1)

    app.load(50)

    await untilWeight(app, atLeast(weight + 10))
  })
})

describe('A version that production runs already', () => {
  test('is Promoted without a write', async ({ environment, deploy, product }) => {
    const app = await deploy({ versions: { v04: {}, v05: {} } })
    await product.start()
    const mark = await environment.audit.mark()

    const birdWatch = await product.watch(app)

    const { message } = await birdWatch.phase('Promoted')
    expect(message).toContain('already')
    const ours = { user: product.identity.user, verb: 'patch', resource: ['virtualservices', 'destinationrules'] }
    await expect(environment.audit.since(mark, ours)).resolves.toEqual([])
  })
})

describe('A promotion that has begun', () => {
  test('is past the point of no return: commands are refused as too late', async ({ deploy, product }) => {
    const app = await deploy()
    await product.start()
    const birdWatch = await product.watch(app, { traffic_limit: 10, at_limit: 'promote', propagation: 5 })
    await birdWatch.phase('Promoting')

    await birdWatch.command('abort')

    const { last_command, phase } = await birdWatch.until('the refusal', status => status.last_command !== undefined)
    expect(phase).toBe('Promoting')
    expect(last_command?.refused).toContain('too_late')
    await birdWatch.phase('Promoted')
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
  })
})
