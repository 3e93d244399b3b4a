import { memoryRouter, memoryStore, scriptedMetrics } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'
import { policyOf, World } from '../../test/sim/world.js'
import { SimulatedClock } from '../clock.js'
import { BirdWatchError } from '../errors.js'
import { Runner } from './runner.js'

const unavailable = new BirdWatchError('STORE_UNREACHABLE', 'the store is down, as scripted')
const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0))

describe('every change but weight 0 is saved first, then applied', () => {
  test('a raise waits for the answer to its save', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('save', { kind: 'delay', ms: 800 })

    await simulation.advance(5799)
    expect(simulation.world.weight).toBe(10)
    await simulation.advance(1)

    expect(simulation.world.weight).toBe(20)
  })

  test('a save that fails applies nothing, and is tried again with the same reading', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    const { length: queries } = simulation.world.probes
    const { length: saves } = simulation.world.times('save')
    simulation.world.fault('save', { kind: 'refuse', error: unavailable }, 4)

    await simulation.advance(6499)
    expect(simulation.world.weight).toBe(10)
    await simulation.advance(1)

    expect(simulation.world.weight).toBe(20)
    expect(simulation.world.probes).toHaveLength(queries + 1)
    expect(gaps(simulation.world.times('save').slice(saves))).toEqual([100, 200, 400, 800])
  })

  test('a lowered limit, too', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    simulation.world.fault('save', { kind: 'delay', ms: 800 })
    simulation.world.spec = policyOf({ trafficLimit: 15 })

    await simulation.wake()
    expect(simulation.world.weight).toBe(20)
    await simulation.advance(800)

    expect(simulation.world.weight).toBe(15)
  })

  test('a step costs two writes and no read at the source', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    const { length: happened } = simulation.world.events

    await simulation.advance(5000)

    const calls = simulation.world.events.slice(happened).map(({ what }) => what.split(' ')[0])
    expect(calls.filter(call => call === 'save' || call === 'shift')).toEqual(['save', 'shift'])
    expect(simulation.world.times('observe at the source')).toEqual([])
  })
})

describe('a write on a version that is out of date', () => {
  test("is decided again after one read: somebody's unrelated edit delays nothing and is never an error to people", async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('save', { kind: 'delay', ms: 100 })
    await simulation.advance(5050)
    simulation.world.unrelated++

    await simulation.advance(60)

    expect(simulation.world.weight).toBe(20)
    expect(simulation.world.times('observe at the source')).toHaveLength(1)
    const { notices } = simulation.world.notifier
    expect(notices.map(({ reason }) => reason.code)).toEqual(['started', 'raised', 'raised'])
  })
})

describe('a write that is refused', () => {
  test('is tried again with back-off', async () => {
    const simulation = new Simulation({ interval: 30 })
    await simulation.untilWeight(10)
    simulation.world.fault('shift', { kind: 'refuse' }, 6)

    await simulation.advance(40_000)

    expect(gaps(simulation.world.times('shift 20'))).toEqual([100, 200, 400, 800, 1600, 3200])
  })

  test('is withdrawn when it is older than an interval, and the rollout holds its weight', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('shift', { kind: 'refuse' }, 100)

    await simulation.advance(12_000)

    expect(simulation.world.weight).toBe(10)
    expect(simulation.world.state).toMatchObject({ phase: 'Progressing', weight: 10 })
    expect(simulation.world.store.saves.map(({ reason }) => reason.code)).toContain('raise_withdrawn')
  })

  test.each([
    ['pause', { phase: 'Paused', weight: 10 }],
    ['abort', { phase: 'RolledBack', weight: 0 }],
  ])('is withdrawn at %s', async (command, expected) => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('shift', { kind: 'refuse' }, 2)
    await simulation.advance(5000)

    await simulation.command(command)
    await simulation.advance(1000)

    expect(simulation.world.state).toMatchObject(expected)
    expect(simulation.world.mesh.records.map(({ after }) => after.units)).not.toContain(20)
  })
})

describe('what only changes numbers', () => {
  test('is saved once a minute', async () => {
    const simulation = new Simulation({ trafficLimit: 10 })
    await simulation.until(world => world.state?.phase === 'Holding')
    await simulation.advance(120_000)
    const { length: saves } = simulation.world.store.saves

    await simulation.advance(300_000)

    expect(simulation.world.store.saves).toHaveLength(saves + 5)
  })

  test('is saved at once when the verdict changes', async () => {
    const simulation = new Simulation({ trafficLimit: 10, failures: 3 })
    await simulation.until(world => world.state?.phase === 'Holding')
    await simulation.advance(2000)
    simulation.world.health = 'unhealthy'

    await simulation.advance(5000)

    expect(simulation.world.state?.metrics.metric).toMatchObject({ reading: 20, verdict: 'unhealthy' })
  })

  test('is saved within a minute even when nothing else ever happens', async () => {
    const simulation = new Simulation({ trafficLimit: 10, atLimit: 'promote' })
    await simulation.until(world => world.state?.phase === 'Promoted')
    expect(simulation.world.state?.outbox).toHaveLength(1)

    await simulation.advance(61_000)

    expect(simulation.world.state?.outbox).toEqual([])
  })
})

describe('when another writer has saved', () => {
  /** A runner whose passes the test makes by hand. */
  function setUp() {
    const world = new World()
    const store = memoryStore()
    const runner = new Runner({
      key: 'aleph',
      wake: () => {},
      ports: {
        metrics: () => scriptedMetrics({ errors: 0 }),
        router: memoryRouter(),
        store,
        readiness: { read: (_, query) => world.readiness({ ...query, productionVersion: 'v1' }) },
        clock: new SimulatedClock(),
        logger: { debug() {}, info() {}, warn() {}, error() {} },
      },
    })
    return { input: world.wishes, runner, store }
  }

  test('the runner is at its end: this pass and every later one says so', async () => {
    const { input, runner, store } = setUp()
    store.fault('save', { kind: 'refuse' })
    await runner.pass(input)
    // Until the refusal is here: no pass waits for a save.
    await new Promise(resolve => setImmediate(resolve))

    await expect(runner.pass(input)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    await expect(runner.pass(input)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
  })

  test('nothing is written any more but weight 0', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(20)
    const old = simulation.leader
    simulation.succeed(0, 60_000)
    await simulation.command('pause')

    await simulation.advance(10_000)

    expect(old.alive).toBe(false)
    expect(simulation.world.state).toMatchObject({ phase: 'Paused', weight: 20 })
    expect(simulation.world.weight).toBe(20)
  })

  test('a save of our own whose answer was lost ends the runner, and its successor goes on without a second increment', async () => {
    const simulation = new Simulation()
    await simulation.untilWeight(10)
    simulation.world.fault('save', { kind: 'lose' })

    await simulation.advance(6000)

    expect(simulation.world.events.filter(e => e.error === 'STORE_CONFLICT')).toHaveLength(1)
    expect(simulation.world.weight).toBe(20)
  })
})
