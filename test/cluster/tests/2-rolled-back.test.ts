import { describe, expect } from 'vitest'
import { waitFor } from '../src/index.js'
import { figure } from './support/figures.js'
import { errorsOf, test } from './support/product.js'
import { none, untilWeight } from './support/routes.js'

const interval = 2
/** The scrape that brings the reading is over when it is first seen here; a query and a write are still to come. */
const allowedSeconds = interval + 1

describe('A canary that answers 500 to half of its requests', () => {
  test('gets no traffic any more within one interval of the first reading that deviates', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy()
    await product.start()
    const load = app.load(200)
    const birdWatch = await product.watch(app, { interval })
    await birdWatch.reaches(30)

    await app.set('v04', { errorRate: 0.5 })
    const seen = (waiting: Promise<unknown>) => waiting.then(() => Date.now())
    const often = { everyMs: 25 }
    const [deviated, zero, live] = await Promise.all([
      seen(environment.prometheus.waitForValue(errorsOf(app, 'v04'), value => value > 0.5, often)),
      seen(untilWeight(app, none)),
      seen(environment.mesh.waitForWeights(app.spec.host, { production: 100 }, often)),
    ])

    load.reset()
    const { message } = await birdWatch.phase('RolledBack')
    expect(message).toMatch(/metric is \d+(\.\d+)?, baseline 0, allowed deviation 0.5/)
    expect((await load.stop()).share('v03')).toBe(1)
    expect((zero - deviated) / 1000).toBeLessThan(allowedSeconds)
    figure(`first deviating reading to weight 0: ${zero - deviated} ms, to all traffic on v03: ${live - deviated} ms`)
  })

  test('is told to Slack in one message, with the numbers and what a person can do', async ({
    environment,
    deploy,
    product,
  }) => {
    const app = await deploy({ versions: { v03: {}, v04: { errorRate: 0.5 } } })
    await product.start()
    app.load(100)
    const birdWatch = await product.watch(app)

    await birdWatch.phase('RolledBack')
    await waitFor('the last update', () => product.slack.messages.some(({ text }) => text.includes('is rolled back')))

    const alarms = product.posts().filter(post => post.includes('unhealthy'))
    expect(alarms).toHaveLength(1)
    expect(alarms[0]).toMatch(
      /aleph: v04 is unhealthy at \d+ %: metric is \d.*, baseline 0, allowed deviation 0.5.*v03.*retry/,
    )
    const [event] = (await birdWatch.events()).filter(({ type }) => type === 'Warning')
    expect(event).toMatchObject({ reason: 'Unhealthy' })
    const described = await environment.kubectl(['-n', app.spec.namespace, 'describe', 'bw', 'aleph'])
    expect(described).toMatch(/Started .*Raised .*Unhealthy /s)
  })
})
