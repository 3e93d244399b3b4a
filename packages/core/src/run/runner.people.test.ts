import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'

async function at20(): Promise<Simulation> {
  const simulation = new Simulation()
  await simulation.untilWeight(20)
  return simulation
}
const told = ({ world }: Simulation) => world.notifier.notices.map(({ reason }) => reason.code)

describe('a command', () => {
  test('is saved, carried out and taken away', async () => {
    const simulation = await at20()

    await simulation.command('pause')

    expect(simulation.world.command).toBeUndefined()
    expect(simulation.world.state).toMatchObject({ phase: 'Paused', lastCommand: { name: 'pause', by: 'kubectl' } })
    const order = simulation.world.events.map(({ what }) => what.split(' ')[0])
    expect(order.indexOf('acknowledge')).toBeGreaterThan(order.lastIndexOf('save') - 1)
  })

  test('is carried out once, although it is shown until it is taken away', async () => {
    const simulation = await at20()
    await simulation.command('pause')
    await simulation.command('resume')
    simulation.world.command = { name: 'resume', id: 'request-2', by: 'kubectl' }

    await simulation.wake()

    expect(simulation.world.command).toBeUndefined()
    expect(told(simulation).filter(code => code === 'resumed')).toHaveLength(1)
  })

  const moments = [0, 1, 2, 3, 4, 5].flatMap(cut => [
    { cut, effect: false },
    { cut, effect: true },
  ])
  test.each(moments)('is carried out once, at whatever moment the process dies (%o)', async ({ cut, effect }) => {
    const simulation = await at20()
    simulation.crashAt(cut, effect, 1000)

    await simulation.command('pause')
    await simulation.advance(2000)

    expect(simulation.world.command).toBeUndefined()
    expect(simulation.world.state?.phase).toBe('Paused')
    expect(told(simulation).filter(code => code === 'paused')).toHaveLength(1)
  })

  test('that is refused is recorded with the reason why, and taken away', async () => {
    const simulation = await at20()

    await simulation.command('retry')

    expect(simulation.world.command).toBeUndefined()
    expect(simulation.world.state?.lastCommand).toMatchObject({ name: 'retry', refused: 'not possible in Progressing' })
    expect(told(simulation).at(-1)).toBe('command_refused')
  })

  test('abort is taken away even while its rollback is refused', async () => {
    const simulation = await at20()
    simulation.world.fault('rollback', { kind: 'refuse' }, 100)

    await simulation.command('abort')
    await simulation.advance(60_000)

    expect(simulation.world.state?.phase).toBe('RollingBack')
    expect(simulation.world.command).toBeUndefined()
  })
})

describe('notices', () => {
  test('are delivered in the order of their numbers', async () => {
    const simulation = await at20()
    simulation.world.fault('notify', { kind: 'drop' }, 3)
    await simulation.command('pause')
    await simulation.command('resume')
    await simulation.command('abort')

    await simulation.advance(60_000)

    const seqs = simulation.world.notifier.deliveries.map(({ notice }) => notice.seq)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(told(simulation).slice(-4)).toEqual(['paused', 'resumed', 'aborted', 'rolled_back'])
  })

  test('are delivered again, with the same id, when the process dies before that was saved', async () => {
    const simulation = await at20()
    await simulation.command('pause')
    const { deliveries } = simulation.world.notifier
    const last = deliveries.at(-1)?.notice.id

    await simulation.restart()

    expect(deliveries.filter(({ notice }) => notice.id === last)).toHaveLength(2)
    expect(told(simulation).filter(code => code === 'paused')).toHaveLength(1)
  })

  test('wait in the state while nobody can be told: twenty at most, and only progress gives way', async () => {
    const simulation = new Simulation({ increment: 1, trafficLimit: 30 })
    simulation.world.fault('notify', { kind: 'drop' }, 1000)

    await simulation.until(world => world.state?.phase === 'Holding')

    const codes = simulation.world.state?.outbox.map(({ reason }) => reason.code) ?? []
    expect(codes).toHaveLength(20)
    expect(codes).toContain('started')
    expect(codes).toContain('holding_at_limit')
  })

  test('that fail never hold a rollout up', async () => {
    const simulation = new Simulation()
    simulation.world.fault('notify', { kind: 'hang' }, 1000)

    await simulation.until(world => world.state?.phase === 'Promoted')

    expect(simulation.world.elapsed).toBeLessThan(65_000)
  })
})

describe('a runner that is stopped', () => {
  test.each([
    ['nothing is under way', async () => {}],
    [
      'a query hangs',
      async ({ world }: Simulation) => {
        world.health = 'silent'
      },
    ],
    ['a raise hangs', async ({ world }: Simulation) => world.fault('shift', { kind: 'hang' })],
    ['a raise is refused', async ({ world }: Simulation) => world.fault('shift', { kind: 'refuse' }, 100)],
    ['the notifier hangs', async ({ world }: Simulation) => world.fault('notify', { kind: 'hang' })],
    ['the notifier is down', async ({ world }: Simulation) => world.fault('notify', { kind: 'drop' }, 100)],
    [
      'a rollback hangs',
      async (simulation: Simulation) => {
        simulation.world.fault('rollback', { kind: 'hang' })
        await simulation.command('abort')
      },
    ],
    [
      'the save of a rollback fails',
      async (simulation: Simulation) => {
        simulation.world.fault('save', { kind: 'hang' }, 1)
        await simulation.command('abort')
        await simulation.advance(10_050)
      },
    ],
  ])('leaves no timer behind when %s', async (_, prepare) => {
    const simulation = await at20()
    await prepare(simulation)
    await simulation.advance(5500)

    simulation.stop()
    await simulation.world.advance(0)

    expect(simulation.world.clock.next()).toBeUndefined()
  })

  test('writes nothing any more', async () => {
    const simulation = await at20()
    simulation.stop()

    await simulation.world.advance(60_000)

    expect(simulation.world.weight).toBe(20)
  })
})
