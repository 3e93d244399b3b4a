import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'
import { BirdWatchError } from '../errors.js'

/** A rollout at 20 %, 10 s after its beginning; a query is under way from time to time, as always. */
async function at20(): Promise<Simulation> {
  const simulation = new Simulation()
  await simulation.untilWeight(20)
  await simulation.advance(2000)
  return simulation
}

/** The shortest way to a rollback that no person asked for. */
async function killCanary(simulation: Simulation): Promise<void> {
  simulation.world.setPods('v2', { available: 0, desired: 2 })
  await simulation.wake()
}

const unavailable = new BirdWatchError('STORE_UNREACHABLE', 'the store is down, as scripted')
const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe('weight 0 waits for nothing', () => {
  test('it is sent beside its save', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'delay', ms: 5000 })

    await killCanary(simulation)

    expect(simulation.world.weight).toBe(0)
    expect(simulation.world.state?.phase).toBe('Progressing')
  })

  test('its save is repeated until it is answered', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'refuse', error: unavailable }, 5)

    await killCanary(simulation)
    await simulation.advance(10_000)

    expect(simulation.world.state?.phase).toBe('RolledBack')
  })

  test('not for the save of a raise that hangs', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'hang' })
    await simulation.advance(3000)
    expect(simulation.world.times('save')).toHaveLength(5)

    await killCanary(simulation)

    expect(simulation.world.weight).toBe(0)
  })

  test('not for the save of a raise that is slow: what it saves is taken back by a new step', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'delay', ms: 1000 })
    await simulation.advance(3500)

    await killCanary(simulation)
    expect(simulation.world.weight).toBe(0)
    await simulation.advance(1000)

    const saved = simulation.world.store.saves.slice(-2).map(({ phase, weight }) => `${phase} ${weight}`)
    expect(saved).toEqual(['Progressing 30', 'RollingBack 0'])
  })

  test('not for a raise that hangs, which is aborted', async () => {
    const simulation = await at20()
    simulation.world.fault('shift', { kind: 'hang' })
    await simulation.advance(3000)
    expect(simulation.world.state?.weight).toBe(30)

    await killCanary(simulation)

    expect(simulation.world.weight).toBe(0)
    expect(simulation.world.events.filter(e => e.what === 'shift 30' && e.error)).toHaveLength(1)
  })

  test('not for queries that hang', async () => {
    const simulation = await at20()
    simulation.world.health = 'silent'
    await simulation.advance(4000)

    await killCanary(simulation)

    expect(simulation.world.weight).toBe(0)
  })

  test('not for a notifier that hangs', async () => {
    const simulation = new Simulation()
    simulation.world.fault('notify', { kind: 'hang' }, 100)
    await simulation.untilWeight(20)

    await killCanary(simulation)

    expect(simulation.world.weight).toBe(0)
  })

  test('not for the rest of a check: one unhealthy metric is enough', async () => {
    const simulation = await at20()
    simulation.world.health = 'unhealthy'

    await simulation.advance(3000)

    expect(simulation.world.weight).toBe(0)
  })
})

describe('weight 0 is not sent while production is empty', () => {
  const emptyBoth = async (simulation: Simulation) => {
    simulation.world.setPods('v1', { available: 0, desired: 2 })
    await simulation.wake()
    await killCanary(simulation)
  }

  test('for a canary that is dead', async () => {
    const simulation = await at20()

    await emptyBoth(simulation)
    await simulation.advance(30_000)

    expect(simulation.world.weight).toBe(20)
    expect(simulation.world.state).toMatchObject({ phase: 'Frozen', reason: { code: 'no_production' } })
  })

  test('but when a person aborts', async () => {
    const simulation = await at20()
    await emptyBoth(simulation)

    await simulation.command('abort')

    expect(simulation.world.weight).toBe(0)
  })
})

describe('weight 0 is sent until it is there', () => {
  test('again after 100 ms, then twice as late each time up to 5 s', async () => {
    const simulation = await at20()
    simulation.world.fault('rollback', { kind: 'refuse' }, 8)

    await killCanary(simulation)
    await simulation.advance(60_000)

    expect(gaps(simulation.world.times('rollback'))).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000])
    expect(simulation.world.state?.phase).toBe('RolledBack')
  })

  test('a request that nobody answers is given up after its lifetime, and sent again', async () => {
    const simulation = await at20()
    simulation.world.fault('rollback', { kind: 'hang' })

    await killCanary(simulation)
    await simulation.advance(10_100)

    expect(gaps(simulation.world.times('rollback'))).toEqual([100])
    expect(simulation.world.weight).toBe(0)
  })

  test('also while the routes can not be read', async () => {
    const simulation = await at20()
    simulation.world.fault('rollback', { kind: 'refuse' }, 3)
    await killCanary(simulation)
    simulation.world.fault('observe', { kind: 'drop' }, 3)

    await simulation.advance(700)

    expect(simulation.world.weight).toBe(0)
  })

  test('people are told at the first refusal, and once', async () => {
    const simulation = await at20()
    simulation.world.fault('rollback', { kind: 'refuse' }, 6)

    await killCanary(simulation)
    const first = simulation.world.notifier.notices.at(-1)?.reason
    await simulation.advance(60_000)

    expect(first).toMatchObject({ code: 'rollback_blocked', cause: 'TRAFFIC_REFUSED', weight: 20 })
    const told = simulation.world.notifier.notices.map(({ reason }) => reason.code)
    expect(told.filter(code => code === 'rollback_blocked')).toHaveLength(1)
  })
})

describe('weight 0 counts as seen', () => {
  test('at once, when every raise of this process was answered', async () => {
    const simulation = await at20()

    await killCanary(simulation)

    expect(simulation.world.state?.phase).toBe('RolledBack')
  })

  test('after a raise that was not answered, only when a read at the source one lifetime later shows it', async () => {
    const simulation = await at20()
    simulation.world.fault('shift', { kind: 'late', ms: 6000 })
    await simulation.advance(3000)
    await killCanary(simulation)
    await simulation.advance(9900)
    expect(simulation.world.state?.phase).toBe('RollingBack')

    await simulation.advance(200)

    expect(simulation.world.state?.phase).toBe('RolledBack')
    expect(simulation.world.times('observe at the source')).toHaveLength(1)
  })

  test('a raise that lands after the rollback is rolled back', async () => {
    const simulation = await at20()
    simulation.world.fault('shift', { kind: 'late', ms: 1 })
    simulation.world.fault('rollback', { kind: 'refuse' })
    await simulation.advance(3000)
    simulation.world.log('-', 'the raise is under way')

    await killCanary(simulation)
    await simulation.advance(20_000)

    expect(simulation.world.weight).toBe(0)
    expect(simulation.world.state?.phase).toBe('RolledBack')
  })

  test('after a take-over, only one lifetime later: the predecessor may have a raise under way', async () => {
    const simulation = await at20()
    await simulation.restart()
    await killCanary(simulation)
    expect(simulation.world.weight).toBe(0)
    await simulation.advance(9900)
    expect(simulation.world.state?.phase).toBe('RollingBack')

    await simulation.advance(200)

    expect(simulation.world.state?.phase).toBe('RolledBack')
  })

  test('not yet when the read at the source is refused: it is repeated with back-off', async () => {
    const simulation = await at20()
    await simulation.restart()
    await killCanary(simulation)
    await simulation.advance(9500)
    simulation.world.fault('observe', { kind: 'drop' }, 6)

    await simulation.advance(500)
    expect(simulation.world.state?.phase).toBe('RollingBack')
    await simulation.advance(20_000)

    expect(simulation.world.state?.phase).toBe('RolledBack')
  })
})
