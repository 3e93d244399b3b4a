import { describe, expect, test } from 'vitest'
import type { PolicySpec } from '../../src/index.js'
import { Simulation } from '../../test/sim/simulation.js'
import { policyOf, type World } from '../../test/sim/world.js'
import { BirdWatchError } from '../errors.js'

const intervalMs = 5000
const queryMs = 200
const refused = { kind: 'refuse', error: new BirdWatchError('STORE_REFUSED', 'the disk is full, as scripted') } as const
const outages = [
  ['refuses', refused],
  ['does not answer', { kind: 'hang' }],
  ['takes saves for as long as a request lives, and does not say so', { kind: 'late', ms: 9900 }],
] as const
type Outage = (typeof outages)[number][1]

/** A rollout at 20 % in the middle between two checks; from here on the store takes nothing. */
async function at20(outage: Outage, spec: Partial<PolicySpec> = {}): Promise<Simulation> {
  const simulation = new Simulation({ ...spec })
  simulation.world.queryMs = queryMs
  await simulation.untilWeight(20)
  await simulation.advance(2000)
  simulation.world.outage = outage
  return simulation
}

/** Lets the canary sicken, and tells how long it then takes until it has no traffic, milliseconds. */
async function sicken(simulation: Simulation): Promise<number> {
  const { world } = simulation
  world.health = 'unhealthy'
  const sickAt = world.now
  await simulation.until(({ weight }) => weight === 0, 100)
  return world.now - sickAt
}

const edit = (world: World, spec: Partial<PolicySpec>) => {
  world.spec = policyOf(spec)
}
const saved = ({ state }: World) => ({ phase: state?.phase, weight: state?.weight })

describe.each(outages)('while the store %s', (_, outage) => {
  test('a canary that sickens after a passed check is rolled back as soon as ever', async () => {
    const simulation = await at20(outage)
    await simulation.advance(180_000)
    expect(simulation.world.weight).toBe(20)

    expect(await sicken(simulation)).toBeLessThanOrEqual(intervalMs + queryMs + 100)
  })

  test('a canary is asked once an interval, and no more', async () => {
    const simulation = await at20(outage)
    const { length: before } = simulation.world.probes

    await simulation.advance(300_000)

    const asked = simulation.world.probes.length - before
    expect(asked).toBeGreaterThanOrEqual(300_000 / (intervalMs + queryMs) - 2)
    expect(asked).toBeLessThanOrEqual(300_000 / intervalMs)
  })

  test.each<[string, Partial<PolicySpec>]>([
    ['at the limit, where a passed check promotes', { trafficLimit: 20, atLimit: 'promote' }],
    ['while it holds at the limit', { trafficLimit: 20, atLimit: 'hold' }],
    ['with a baseline of its own at each check', { baselineMetric: 'production errors', baseline: 'each_check' }],
    ['with a settling time', { settle: 2 }],
  ])('it is rolled back %s', async (_, spec) => {
    const simulation = await at20(outage, spec)
    await simulation.advance(120_000)

    expect(await sicken(simulation)).toBeLessThanOrEqual(intervalMs + queryMs + 100)
    simulation.world.mend()
    await simulation.advance(60_000)

    expect(saved(simulation.world)).toEqual({ phase: 'RolledBack', weight: 0 })
    expect(simulation.world.production).toBe('v1')
  })

  test('it is rolled back after as many checks as `failures` demands', async () => {
    const simulation = await at20(outage, { failures: 3 })
    await simulation.advance(60_000)

    const took = await sicken(simulation)

    expect(took).toBeGreaterThan(2 * intervalMs)
    // A save that is under way is waited for as long as a request lives, but by a rollback.
    expect(took).toBeLessThanOrEqual(3 * (intervalMs + queryMs) + 10_000)
  })

  test.each<[string, (world: World) => void]>([
    ['a pause', world => world.request('pause')],
    ['a refused command', world => world.request('retry')],
    ['a promotion by command', world => world.request('promote')],
    ['an edit of the policy', world => edit(world, { stuckAfter: 600 })],
    ['a lowered limit', world => edit(world, { trafficLimit: 15 })],
  ])('it is rolled back although %s could not be saved', async (_, happen) => {
    const simulation = await at20(outage)
    happen(simulation.world)
    await simulation.advance(120_000)
    expect(simulation.world.weight).toBe(20)

    expect(await sicken(simulation)).toBeLessThanOrEqual(intervalMs + queryMs + 100)
  })

  test('it is rolled back although it was paused, and its resumption could not be saved', async () => {
    const simulation = await at20(outage)
    simulation.world.mend()
    await simulation.command('pause')
    simulation.world.outage = outage
    simulation.world.request('resume')
    await simulation.advance(120_000)

    expect(await sicken(simulation)).toBeLessThanOrEqual(intervalMs + queryMs + 100)
  })

  test('it is rolled back although a raise was saved before, and could not be applied', async () => {
    const simulation = await at20(outage)
    simulation.world.mend()
    simulation.world.fault('shift', { kind: 'refuse' }, 1000)
    await simulation.advance(intervalMs - 1000)
    expect(simulation.world.state?.weight).toBe(30)
    simulation.world.outage = outage
    await simulation.advance(60_000)
    expect(simulation.world.weight).toBe(20)

    expect(await sicken(simulation)).toBeLessThanOrEqual(2 * intervalMs + queryMs + 100)
  })

  test('no weight rises, and when the store is back it goes on, by a reading of that time', async () => {
    const simulation = await at20(outage)
    await simulation.advance(180_000)
    expect(simulation.world.weight).toBe(20)
    simulation.world.mend()

    await simulation.untilWeight(30)

    const raised = simulation.world.now
    expect(simulation.world.probes.some(({ at }) => at >= raised - 2 * intervalMs - 10_000)).toBe(true)
    expect(simulation.world.store.saves.at(-1)?.reason.code).toBe('raised')
  })
})

describe.each(outages.slice(0, 2))('while the store %s', (_, outage) => {
  test('a canary that must be frozen stays where it is, and is frozen when the store is back, whatever it says then', async () => {
    const simulation = await at20(outage, { ifUnhealthy: 'freeze' })
    await simulation.advance(60_000)
    simulation.world.health = 'unhealthy'
    await simulation.advance(60_000)
    simulation.world.health = 'healthy'
    await simulation.advance(60_000)
    expect(simulation.world.weight).toBe(20)
    simulation.world.mend()

    await simulation.advance(60_000)

    expect(saved(simulation.world)).toEqual({ phase: 'Frozen', weight: 20 })
  })
})

describe('while the store refuses', () => {
  test('nothing promotes later on a reading from before', async () => {
    const simulation = await at20(refused, { trafficLimit: 20, atLimit: 'promote' })
    await simulation.advance(intervalMs)
    simulation.world.health = 'outage'
    await simulation.advance(60_000)
    simulation.world.mend()

    await simulation.advance(60_000)

    expect(saved(simulation.world)).toEqual({ phase: 'Progressing', weight: 20 })
  })

  test('a save is tried again with back-off while its reading is fresh', async () => {
    const simulation = await at20(refused)
    await simulation.advance(3200)
    const { length: saves } = simulation.world.times('save')

    await simulation.advance(3200)

    expect(simulation.world.times('save').length - saves).toBeLessThanOrEqual(6)
  })
})
