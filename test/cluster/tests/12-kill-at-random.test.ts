import { describe, expect } from 'vitest'
import { figure } from './support/figures.js'
import { test } from './support/product.js'
import { recordWeights, versions } from './support/routes.js'

const kills = 50
const interval = 1
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('A controller that is killed with SIGKILL at 50 random moments', () => {
  test('takes every step once, never two in one interval, and promotes', async ({ environment, deploy, product }) => {
    const app = await deploy()
    const recorder = recordWeights(app)
    const mark = await environment.audit.mark()
    const controller = await product.start({ leaderElection: { enabled: false } })
    app.load(20)
    const birdWatch = await product.watch(app, { interval, increment: 1, traffic_limit: 25, at_limit: 'promote' })
    const lives: number[] = []

    for (let killed = 0; killed < kills; killed++) {
      const ms = Math.round(300 + 2700 * Math.random())
      lives.push(ms)
      await pause(ms)
      await controller.restart()
    }
    figure(`killed after ${lives.join(', ')} ms`)

    await birdWatch.phase('Promoted')
    await expect(versions(app)).resolves.toEqual({ production: 'v04', canary: 'v04' })
    const expected = [...Array.from({ length: 26 }, (_, i) => i), 0]
    expect(await recorder.stop()).toEqual(expected)
    const patches = { user: product.identity.user, verb: 'patch', resource: 'virtualservices', name: 'aleph' }
    const written = (await environment.audit.since(mark, patches)).filter(({ code }) => code === 200)
    const times = written.map(({ at }) => at.getTime())
    const gaps = times.slice(1, -1).map((at, i) => at - (times[i] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(interval * 1000)
  })
})
