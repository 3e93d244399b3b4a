import { describe, expect } from 'vitest'
import { figure } from './support/figures.js'
import { errorsOf, test } from './support/product.js'
import { atLeast, none, recordWeights, untilWeight, versions } from './support/routes.js'

const interval = 2
/** Short of 100 %, to be done sooner. */
const spec = { interval, traffic_limit: 60, at_limit: 'promote' }
const weights = [0, 10, 20, 30, 40, 50, 60, 0]
const increments = 6

describe('A controller that is killed with SIGKILL', () => {
  test('goes on where it was, and never takes two increments in one interval', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    const load = app.load(50)
    const recorder = recordWeights(app)
    const mark = await environment.audit.mark()

    const birdWatch = await product.watch(app, spec)
    await birdWatch.phase('Baselining')
    await controller.restart()
    await birdWatch.reaches(20) // saved; perhaps not yet written
    await controller.restart()
    await untilWeight(app, atLeast(40)) // written; perhaps not yet answered
    await controller.restart()
    await birdWatch.until('its promotion', ({ phase }) => phase === 'Promoting' || phase === 'Promoted')
    await controller.restart()

    await birdWatch.phase('Promoted')
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
    expect(await recorder.stop()).toEqual(weights)
    await load.stop()
    expect(load.failed).toBe(0)

    const patches = { user: product.identity.user, verb: 'patch', resource: 'virtualservices', name: 'aleph' }
    const written = (await environment.audit.since(mark, patches)).filter(({ code }) => code === 200)
    expect(written).toHaveLength(increments + 1)
    const times = written.slice(0, increments).map(({ at }) => at.getTime())
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(interval * 1000)
    figure(
      `seconds between increments, of ${interval} at least: ${gaps.map(gap => (gap / 1000).toFixed(1)).join(', ')}`,
    )
  })

  test('looks at once after its restart, and rolls back what has become sick meanwhile', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    const controller = await product.start()
    app.load(100)
    const birdWatch = await product.watch(app, spec)
    await untilWeight(app, atLeast(20))
    await controller.kill()
    const recorder = recordWeights(app)
    await app.set('v04', { errorRate: 0.5 })
    await environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value > 0.5)

    await controller.start()
    await untilWeight(app, none)
    await controller.restart()

    await birdWatch.phase('RolledBack')
    expect(await recorder.stop()).toEqual([expect.any(Number), 0])
    await environment.mesh.waitForWeights(app.spec.host, { production: 100 })
    expect((await app.send(100)).share('v03')).toBe(1)
  })
})

describe('A controller that is frozen while another one takes over', () => {
  test('writes nothing when it wakes up', async ({ environment, deploy, product }) => {
    const app = await deploy()
    const recorder = recordWeights(app)
    const frozen = await product.start()
    const mark = await environment.audit.mark()
    const birdWatch = await product.watch(app, spec)
    await untilWeight(app, atLeast(20))

    await frozen.signal('SIGSTOP')
    await product.start()
    await birdWatch.reaches(40)
    await frozen.signal('SIGCONT')

    await birdWatch.phase('Promoted')
    await frozen.waitForLog(({ msg }) => msg === 'no longer leading')
    expect(await recorder.stop()).toEqual(weights)
    const patches = { user: product.identity.user, verb: 'patch', resource: 'virtualservices', name: 'aleph' }
    const written = (await environment.audit.since(mark, patches)).filter(({ code }) => code === 200)
    expect(written).toHaveLength(increments + 1)
  })
})
