import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'
import { policyOf } from '../../test/sim/world.js'

describe('a check', () => {
  test('follows one interval after the weight took effect, and then every interval', async () => {
    const simulation = new Simulation({ trafficLimit: 20 })

    await simulation.advance(25_000)

    expect(simulation.world.times('query')).toEqual([5000, 10_000, 15_000, 20_000, 25_000])
  })

  test('of one metric takes two looks at the routes: when it is due, and when its reading is there', async () => {
    const simulation = new Simulation({ trafficLimit: 10 })
    await simulation.until(({ state }) => state?.phase === 'Holding')
    await simulation.advance(5000)
    const looked = simulation.world.times('observe').length

    await simulation.advance(20_000)

    expect(simulation.world.times('observe').length - looked).toBe(8)
  })

  test('waits for `settle` after a new weight', async () => {
    const simulation = new Simulation({ trafficLimit: 20, settle: 2 })

    await simulation.advance(30_000)

    expect(simulation.world.times('query')).toEqual([5000, 12_000, 19_000, 24_000, 29_000])
  })

  test('counts from the answer to the write, not from its decision', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('shift', { kind: 'delay', ms: 3000 })

    await simulation.advance(15_000)

    expect(simulation.world.times('query')).toEqual([5000, 10_000, 18_000])
    expect(simulation.world.weight).toBe(30)
  })

  test('never catches up for lost time: one increment for a check that took three intervals', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.queryMs = 9000

    await simulation.advance(5000 + 9000)
    expect(simulation.world.weight).toBe(20)
    await simulation.advance(4999)

    expect(simulation.world.weight).toBe(20)
  })

  test('that is healthy is dropped when the routes were edited since it began, and is asked anew', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.queryMs = 1000
    await simulation.advance(5500)
    simulation.world.unrelated++

    await simulation.advance(1000)
    expect(simulation.world.weight).toBe(10)
    const [first, ...others] = simulation.world.probes.map(({ at }) => at)
    expect(others.map(at => at - (first ?? 0))).toEqual([5000, 6000])
    await simulation.advance(8000)

    expect(simulation.world.weight).toBe(20)
  })

  test('holds during an outage, asks less and less often, and goes on when it is over', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    simulation.world.health = 'outage'
    await simulation.advance(200_000)
    expect(simulation.world.weight).toBe(20)
    simulation.world.health = 'healthy'

    await simulation.advance(60_000)

    expect(simulation.world.weight).toBeGreaterThan(20)
    const codes = simulation.world.notifier.notices.map(({ reason }) => reason.code)
    expect(codes.filter(code => code.startsWith('metric_'))).toEqual(['metric_trouble', 'metric_recovered'])
    const asked = simulation.world.times('query').filter(at => at > 15_000 && at < 215_000)
    expect(asked.length).toBeLessThan(20)
  })

  test('of a provider that is silent ends after its deadline, and blocks nothing', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    simulation.world.health = 'silent'
    await simulation.advance(6000)

    await simulation.command('pause')

    expect(simulation.world.state?.phase).toBe('Paused')
  })

  test('is asked for soon after the routes could not be read', async () => {
    const simulation = new Simulation({ trafficLimit: 20 })
    await simulation.until(world => world.state?.phase === 'Holding')
    simulation.world.fault('observe', { kind: 'drop' })
    await simulation.wake()

    await simulation.advance(10_000)

    expect(simulation.world.times('query').filter(at => at > 15_000)).toEqual([20_000, 25_000])
  })

  test('is not asked for while there are no routes', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    simulation.world.mesh.remove({ service: 'aleph' })

    await simulation.advance(20_000)

    expect(simulation.world.times('query').filter(at => at > 10_000)).toEqual([])
    expect(simulation.world.state?.reason).toMatchObject({ code: 'holding_traffic', weight: 20 })
  })
})

describe('a lowered limit', () => {
  test('moves the weight down at once, and the next check is a full interval away', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    simulation.world.spec = policyOf({ trafficLimit: 15 })
    await simulation.advance(2000)

    await simulation.wake()
    expect(simulation.world.weight).toBe(15)
    await simulation.advance(5000)

    expect(simulation.world.times('query').at(-1)).toBe(simulation.world.elapsed)
  })
})

describe('the baseline', () => {
  test('is taken after weight 0 was seen, the version was prepared and the change has spread', async () => {
    const simulation = new Simulation({ propagation: 7 })
    simulation.world.fault('prepare', { kind: 'delay', ms: 2000 })

    await simulation.advance(9000)

    expect(simulation.world.times('prepare')).toEqual([2000])
    expect(simulation.world.times('query')).toEqual([9000])
  })

  test('begins with weight 0 when somebody had left some', async () => {
    const simulation = new Simulation()
    simulation.world.mesh.write({ service: 'aleph' }, 'somebody', { weight: 30 })

    await simulation.advance(0)

    const steps = simulation.world.mesh.records.map(({ after }) => `${after.canary} ${after.units}`)
    expect(steps).toEqual(['v1 30', 'v1 0', 'v2 0'])
  })

  test('waits for data, and is asked for every interval', async () => {
    const simulation = new Simulation()
    simulation.world.health = 'no data'
    await simulation.advance(20_000)
    expect(simulation.world.state?.phase).toBe('Baselining')
    simulation.world.health = 'healthy'

    await simulation.advance(5000)

    expect(simulation.world.weight).toBe(10)
  })
})
