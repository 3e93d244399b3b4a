import { describe, expect } from 'vitest'
import type { App, ControllerProcess } from '../src/index.js'
import type { BirdWatch } from './support/birdwatch.js'
import { errorsOf, type Product, test } from './support/product.js'
import { atLeast, canaryWeight, untilWeight, versions } from './support/routes.js'
import { untilAsked } from './support/telemetry.js'

interface Frozen {
  app: App
  birdWatch: BirdWatch
  controller: ControllerProcess
  weight: number
}

/** A canary that was sick from the start, frozen at one of its first weights. */
async function freeze(app: App, product: Product): Promise<Frozen> {
  const controller = await product.start()
  app.load(100)
  const birdWatch = await product.watch(app, { if_unhealthy: 'freeze' })
  const { weight = 0 } = await birdWatch.phase('Frozen')
  return { app, birdWatch, controller, weight }
}

const sick = { versions: { v03: {}, v04: { errorRate: 0.5 } } }

describe('A sick canary under `if_unhealthy: freeze`', () => {
  test('keeps its weight, and a person is asked', async ({ environment, deploy, product }) => {
    const { app, birdWatch, controller, weight } = await freeze(await deploy(sick), product)

    await untilAsked(controller, 3)

    await expect(birdWatch.status()).resolves.toMatchObject({ phase: 'Frozen', weight })
    await expect(canaryWeight(app)).resolves.toBe(weight)
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 - weight, canary: weight })
    const alarms = product.posts().filter(post => post.includes('unhealthy'))
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toMatch(/unhealthy at \d+ %.*baseline 0.*Frozen.*`resume`, `promote` or `abort`/)
    await expect(birdWatch.condition('Degraded')).resolves.toMatchObject({ status: 'True', reason: 'Unhealthy' })
  })

  test('becomes production by `promote`', async ({ deploy, product }) => {
    const { app, birdWatch } = await freeze(await deploy(sick), product)

    await birdWatch.command('promote')

    const { last_command } = await birdWatch.phase('Promoted')
    expect(last_command).toMatchObject({ name: 'promote', by: 'kubectl-annotate' })
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
    await expect(canaryWeight(app)).resolves.toBe(0)
  })

  test('gets no traffic any more by `abort`', async ({ environment, deploy, product }) => {
    const { app, birdWatch } = await freeze(await deploy(sick), product)

    await birdWatch.command('abort')

    await birdWatch.phase('RolledBack')
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 })
    expect((await app.send(100)).share('v03')).toBe(1)
    await birdWatch.taken()
  })

  test('goes on from its weight and baseline by `resume`, when it has recovered', async ({
    environment,
    deploy,
    product,
  }) => {
    const { app, birdWatch, weight } = await freeze(await deploy(sick), product)
    await app.set('v04', { errorRate: 0 })
    await environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value === 0)

    await birdWatch.command('resume')

    await untilWeight(app, atLeast(weight + 10))
    const { metrics } = await birdWatch.status()
    expect(metrics).toMatchObject([{ baseline: 0, reading: 0, verdict: 'healthy' }])
    const told = (await birdWatch.events()).map(({ reason }) => reason)
    const since = told.indexOf('Unhealthy')
    expect(told.slice(since, since + 3)).toEqual(['Unhealthy', 'Resumed', 'Raised'])
  })
})
