import { describe, expect } from 'vitest'
import type { Tally, Weights } from '../src/index.js'
import { expectShare, figure, percent, tallyWhile } from './support/figures.js'
import { repositoryFile, test } from './support/product.js'
import { canaryWeight, versions } from './support/routes.js'

/** Its canary gets 1 % every 5 seconds: 100 steps of which each is like the next, so only the first few are waited for. */
const slowSteps = [1, 2, 3]
const hurry = { increment: 10, interval: 3 }

describe("The seed's example", () => {
  test('is promoted: real traffic follows every weight, and not one request is lost', async ({
    environment,
    namespace,
    deploy,
    product,
  }) => {
    const app = await deploy({ versions: { v03: {} }, canary: 'v04' })
    await product.start()
    const load = app.load(200)
    const birdWatch = product.birdWatch('aleph')
    const measure = async (weight: number): Promise<Tally> => {
      const live: Weights = weight === 100 ? { canary: 100 } : { production: 100 - weight, canary: weight }
      await environment.mesh.waitForWeights(app.spec.host, live, { everyMs: 20 })
      return tallyWhile(load, async () => (await canaryWeight(app)) === weight)
    }
    const measured: [weight: number, tally: Tally][] = []

    await environment.kubectl(['apply', '-n', namespace, '-f', repositoryFile('examples/aleph.yaml')])

    const waiting = await birdWatch.phase('Waiting')
    expect(waiting.message).toContain('no Deployment')
    expect(waiting.message).toContain('version=v04')

    await app.release('v04')

    const first = await birdWatch.reaches(1)
    expect(first.metrics).toMatchObject([{ baseline: 0 }])
    for (let weight: number | undefined = 1; weight; weight = await canaryWeight(app)) {
      measured.push([weight, await measure(weight)])
      if (measured.length === slowSteps.length) await birdWatch.edit(hurry)
    }

    const promoted = await birdWatch.phase('Promoted')
    expect(promoted.production_version).toBe('v03')
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
    await expect(canaryWeight(app)).resolves.toBe(0)
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 })
    expect((await app.send(200)).share('v04')).toBe(1)
    await load.stop()
    expect(load.failed).toBe(0)
    const weights = measured.map(([weight]) => weight)
    expect(weights.slice(0, slowSteps.length)).toEqual(slowSteps)
    expect(weights.at(-1)).toBe(100)
    for (const [weight, tally] of measured) expectShare(tally, 'v04', weight)
    for (const [weight, tally] of measured)
      figure(`weight ${weight} %: ${percent(tally.share('v04'))} of ${tally.answered} requests`)
  })
})
