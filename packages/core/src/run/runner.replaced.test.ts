import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'
import { BirdWatchError } from '../errors.js'

const slow = { kind: 'delay', ms: 1000 } as const
const unavailable = new BirdWatchError('STORE_UNREACHABLE', 'the store is down, as scripted')

/** A rollout at 20 % whose canary dies while what follows from a command is being saved. */
async function replaced(command: string): Promise<Simulation> {
  const simulation = await at20()
  simulation.world.fault('save', slow)
  await simulation.command(command)
  await killCanary(simulation)
  return simulation
}
async function at20(): Promise<Simulation> {
  const simulation = new Simulation()
  await simulation.untilWeight(20)
  return simulation
}
async function killCanary(simulation: Simulation): Promise<void> {
  simulation.world.setPods('v2', { available: 0, desired: 2 })
  await simulation.wake()
}
const told = ({ world }: Simulation) => world.notifier.notices.map(({ reason }) => reason.code).slice(3)
const numbers = ({ world }: Simulation) => world.notifier.notices.map(({ seq }) => seq)

describe('a rollback that takes the place of what is being saved', () => {
  test('waits neither for that nor for what was commanded', async () => {
    const simulation = await replaced('pause')

    expect(simulation.world.weight).toBe(0)
  })

  test.each([
    ['retry', 'not possible in Progressing', 'command_refused'],
    ['pause', undefined, 'paused'],
    ['promote', undefined, 'promoting'],
  ])('keeps what became of the command: `%s` is answered once, and told once', async (command, refused, code) => {
    const simulation = await replaced(command)
    await simulation.advance(20_000)

    const { state, store } = simulation.world
    expect(state?.phase).toBe('RolledBack')
    expect(state?.lastCommand?.refused).toBe(refused)
    expect(new Set(store.saves.map(({ lastCommand }) => lastCommand?.at)).size).toBe(2)
    expect(told(simulation)).toEqual([code, 'dead_canary', 'rolled_back'])
    expect(numbers(simulation)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('takes the command away, once that is saved', async () => {
    const simulation = await replaced('retry')
    await simulation.advance(999)
    expect(simulation.world.command).toBeDefined()

    await simulation.advance(1)

    expect(simulation.world.command).toBeUndefined()
  })

  test('is not told where the other save is found to have taken effect, and its answer to be lost', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'lose' })
    simulation.world.fault('save', slow)
    await simulation.command('retry')
    await killCanary(simulation)
    await simulation.advance(20_000)

    expect(told(simulation).at(-1)).toBe('rolled_back')
    expect(numbers(simulation)).toEqual([1, 2, 3, 4, 5, 6])
  })
})

describe('what a sick canary leads to is told', () => {
  test('as soon as it is saved', async () => {
    const simulation = await at20()
    simulation.world.fault('save', slow)
    await killCanary(simulation)
    await simulation.advance(999)
    expect(told(simulation)).toEqual([])

    await simulation.advance(1)

    expect(told(simulation)).toEqual(['dead_canary', 'rolled_back'])
  })

  test('at once, when it can not be saved', async () => {
    const simulation = await at20()
    simulation.world.fault('save', { kind: 'refuse', error: unavailable }, 100)

    await killCanary(simulation)

    expect(told(simulation)).toEqual(['dead_canary'])
  })
})
