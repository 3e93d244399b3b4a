import { describe, expect, test } from 'vitest'
import { Simulation } from '../../test/sim/simulation.js'
import { ref, us } from '../../test/sim/world.js'
import type { Phase } from '../phase.js'

/** A rollout at 20 % that a person promotes; then a rollback that was decided long before takes effect. */
async function overtaken(promotion?: Parameters<Simulation['world']['fault']>[1]): Promise<Simulation> {
  const simulation = new Simulation()
  await simulation.untilWeight(20)
  if (promotion !== undefined) simulation.world.fault('promote', promotion)
  await simulation.command('promote')
  simulation.world.mesh.write(ref, us, { weight: 0 })
  await simulation.wake()
  return simulation
}
const phases = ({ world }: Simulation): Phase[] => world.store.saves.map(({ phase }) => phase)

describe('a weight 0 of ours that takes effect while a promotion is on its way', () => {
  test.each([
    ['is answered in time', { kind: 'delay', ms: 3000 }],
    ['takes effect, and its answer is lost', { kind: 'lose' }],
    ['takes effect when nobody waits for it any more', { kind: 'late', ms: 8000 }],
  ] as const)('takes nothing back: a promotion that %s is the end', async (_, fault) => {
    const simulation = await overtaken(fault)

    await simulation.advance(20_000)

    expect(simulation.world.state).toMatchObject({ phase: 'Promoted', weight: 0 })
    expect(simulation.world.production).toBe('v2')
    expect(phases(simulation)).not.toContain('RollingBack')
  })

  test('stands when the promotion was lost: as soon as that can not take effect any more', async () => {
    const simulation = await overtaken({ kind: 'drop' })
    await simulation.advance(9900)
    expect(simulation.world.state?.phase).toBe('Promoting')

    await simulation.advance(1000)

    expect(simulation.world.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'rolled_back' } })
    expect(simulation.world.production).toBe('v1')
    expect(simulation.world.times('promote')).toHaveLength(1)
  })

  test('stands when the promotion was refused: at once', async () => {
    const simulation = await overtaken({ kind: 'refuse' })

    await simulation.advance(1000)

    expect(simulation.world.state?.phase).toBe('RolledBack')
    expect(simulation.world.production).toBe('v1')
  })

  test('is judged by the next process when nothing of the one before can take effect any more', async () => {
    const simulation = await overtaken({ kind: 'late', ms: 8000 })
    await simulation.restart(1000)
    await simulation.advance(6900)
    expect(simulation.world.state?.phase).toBe('Promoting')

    await simulation.advance(20_000)

    expect(simulation.world.state?.phase).toBe('Promoted')
    expect(simulation.world.production).toBe('v2')
  })
})
