import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'

/** A rollout at 20 %, reached 10 s after its beginning. */
async function at20(): Promise<Simulation> {
  const simulation = new Simulation()
  await simulation.untilWeight(20)
  return simulation
}

describe('after a restart', () => {
  test('a raise waits for a full interval', async () => {
    const simulation = await at20()
    await simulation.advance(4000)
    await simulation.restart(1000)

    await simulation.advance(4999)
    expect(simulation.world.weight).toBe(20)
    await simulation.advance(1)

    expect(simulation.world.weight).toBe(30)
  })

  test('a check that is due runs at once, and can roll back', async () => {
    const simulation = await at20()
    simulation.world.health = 'unhealthy'

    await simulation.restart(7000)

    expect(simulation.world.weight).toBe(0)
  })

  test('a check that is due runs at once, and can not raise', async () => {
    const simulation = await at20()

    await simulation.restart(7000)

    expect(simulation.world.times('query').at(-1)).toBe(17_000)
    expect(simulation.world.weight).toBe(20)
  })

  test('the baseline is the one that was taken', async () => {
    const simulation = await at20()
    const taken = simulation.world.state?.metrics.metric?.baseline
    await simulation.restart()

    await simulation.advance(10_000)

    expect(simulation.world.state?.metrics.metric?.baseline).toBe(taken)
    expect(simulation.world.weight).toBe(40)
  })

  test('the step, the rev and the number of the last notice never restart', async () => {
    const simulation = await at20()
    const before = simulation.world.state
    await simulation.restart()

    await simulation.advance(5000)

    expect(simulation.world.state).toMatchObject({ step: (before?.step ?? 0) + 1, seq: (before?.seq ?? 0) + 1 })
  })
})

describe('after a take-over of a rollout that has not begun to move', () => {
  test('the version is prepared one lifetime later, when a read at the source shows weight 0', async () => {
    const simulation = new Simulation()
    simulation.world.fault('prepare', { kind: 'refuse' }, 100)
    await simulation.advance(100)
    simulation.world.mend()
    const { length: tries } = simulation.world.times('prepare')
    await simulation.restart()

    await simulation.advance(9999)
    expect(simulation.world.times('prepare')).toHaveLength(tries)
    await simulation.advance(1)

    expect(simulation.world.times('observe at the source')).toHaveLength(1)
    expect(simulation.world.times('prepare')).toHaveLength(tries + 1)
  })
})

describe('killed in the middle of a raise', () => {
  test('after its save, the next process applies it', async () => {
    const simulation = await at20()
    await simulation.advance(4000)
    simulation.world.fault('shift', { kind: 'hang' })
    await simulation.advance(1500)
    expect(simulation.world.state?.weight).toBe(30)
    expect(simulation.world.weight).toBe(20)

    await simulation.restart()

    expect(simulation.world.weight).toBe(30)
  })

  test('after its write, the next process goes on from there', async () => {
    const simulation = await at20()
    simulation.world.fault('shift', { kind: 'lose' })
    await simulation.advance(5000)
    await simulation.restart()
    const { length: shifts } = simulation.world.times('shift')

    await simulation.advance(4999)

    expect(simulation.world.weight).toBe(30)
    expect(simulation.world.times('shift')).toHaveLength(shifts)
  })

  test('too long ago, the next process withdraws it', async () => {
    const simulation = await at20()
    await simulation.advance(4000)
    simulation.world.fault('shift', { kind: 'drop' })
    simulation.crashAt(100, false, 0)
    await simulation.until(world => world.state?.weight === 30)

    await simulation.restart(20_000)

    expect(simulation.world.weight).toBe(20)
    expect(simulation.world.state).toMatchObject({ weight: 20, reason: { code: 'raise_withdrawn' } })
  })
})

describe('killed in the middle of a rollback', () => {
  test('after its write and before its save, the next process finds it and finishes it', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'hang' })
    await simulation.command('abort')
    expect(simulation.world.weight).toBe(0)
    simulation.world.command = undefined

    await simulation.restart()
    await simulation.advance(11_000)

    expect(simulation.world.state?.phase).toBe('RolledBack')
    // What was never saved was not told either: the next process tells what it found.
    const codes = simulation.world.notifier.notices.map(({ reason }) => reason.code)
    expect(codes.slice(-2)).toEqual(['interrupted', 'rolled_back'])
    expect(codes).not.toContain('aborted')
  })
})

describe('a process that does not lead any more', () => {
  test('never raises a weight that its successor has taken back, even when it was frozen in between', async () => {
    const simulation = new Simulation({ interval: 60 })
    await simulation.advance(4900)
    simulation.world.fault('shift', { kind: 'drop' })
    await simulation.advance(100)
    expect(simulation.world.state?.weight).toBe(10)
    simulation.succeed(30_000, 10_000)
    await simulation.command('abort')
    await simulation.advance(15_000)
    expect(simulation.world.state?.phase).toBe('RolledBack')

    await simulation.advance(30_000)

    expect(simulation.world.weight).toBe(0)
  })

  test('sends no raise that was decided longer ago than its lifetime, and lets none live longer', async () => {
    const simulation = new Simulation({ interval: 60 })
    await simulation.advance(4900)
    simulation.world.fault('save', { kind: 'delay', ms: 500 })
    simulation.world.fault('shift', { kind: 'hang' })
    simulation.world.fault('shift', { kind: 'delay', ms: 9000 })
    await simulation.advance(200)
    const old = simulation.leader
    old.stall(9000)
    await simulation.advance(800)
    expect(simulation.world.state?.weight).toBe(10)
    simulation.succeed(8200, 60_000)
    await simulation.command('abort')

    await simulation.advance(40_000)

    expect(simulation.world.state?.phase).toBe('RolledBack')
    expect(simulation.world.weight).toBe(0)
  })
})
