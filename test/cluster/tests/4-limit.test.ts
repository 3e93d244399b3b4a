import { describe, expect } from 'vitest'
import { expectShare, figure, percent } from './support/figures.js'
import { test } from './support/product.js'
import { canaryWeight, versions } from './support/routes.js'

describe('`traffic_limit: 30`', () => {
  test('stops a healthy canary at 30 %, until a person promotes it', async ({ environment, deploy, product }) => {
    const app = await deploy()
    await product.start()
    const load = app.load(200)
    const birdWatch = await product.watch(app, { traffic_limit: 30 })

    const { message, weight } = await birdWatch.phase('Holding')

    expect(weight).toBe(30)
    expect(message).toContain('promote')
    await environment.mesh.waitForWeights(app.spec.host, { production: 70, canary: 30 })
    const tally = await app.send(2000)
    expectShare(tally, 'v04', 30)
    figure(`held at 30 %: ${percent(tally.share('v04'))} of ${tally.answered} requests`)
    await expect(birdWatch.condition('Ready')).resolves.toMatchObject({ status: 'True' })

    await birdWatch.command('promote')

    await birdWatch.phase('Promoted')
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
    await expect(canaryWeight(app)).resolves.toBe(0)
    await load.stop()
    expect(load.failed).toBe(0)
  })
})
