import { describe, expect, test } from 'vitest'
import type { PolicySpec } from '../../src/index.js'
import { Simulation } from './simulation.js'
import type { World } from './world.js'

interface Life {
  readonly spec: Partial<PolicySpec>
  /** Brings the rollout to its end; may wait for the world to reach a state. */
  readonly live: (simulation: Simulation) => Promise<void>
}

const limited = { trafficLimit: 20 } as const
const ended = (world: World) => ['Promoted', 'RolledBack', 'Frozen'].includes(world.state?.phase ?? '')
const sick = async (simulation: Simulation) => {
  await simulation.until(world => world.weight === 20)
  simulation.world.health = 'unhealthy'
  await simulation.until(ended)
}

/** The four ways to end, each short enough to be cut everywhere. */
const lives: Record<string, Life> = {
  promoted: { spec: { ...limited, atLimit: 'promote' }, live: simulation => simulation.until(ended) },
  'rolled back': { spec: { ...limited, ifUnhealthy: 'rollback' }, live: sick },
  frozen: { spec: { ...limited, ifUnhealthy: 'freeze' }, live: sick },
  deleted: {
    spec: limited,
    live: async simulation => {
      await simulation.until(world => world.weight === 20)
      simulation.world.deleting = true
      await simulation.wake()
      await simulation.until(world => world.gone)
    },
  },
}

/** Lives one life to its end, killed at its `cut`th input or output, before or after that took effect. */
async function tell({ spec, live }: Life, cut: number, effect: boolean) {
  const simulation = new Simulation(spec)
  const { world } = simulation
  simulation.crashAt(cut, effect, 3000)
  await live(simulation)
  await simulation.advance(15_000)
  const died = world.events.some(event => event.what.startsWith('dies') && !event.what.includes('gone'))
  const { state } = world
  simulation.stop()
  return {
    died,
    end: {
      phase: state?.phase,
      why: state?.reason.code,
      routes: world.mesh.read({ service: 'aleph' }),
      // What a rollback began for is lost when the process dies between its write and its save.
      told: world.notifier.notices.map(({ reason }) => (reason.code === 'interrupted' ? 'unhealthy' : reason.code)),
      increments: world.mesh.records.map(({ after }) => after.units),
    },
  }
}

describe.each(Object.entries(lives))('a rollout that is %s', (_, life) => {
  test.each([
    ['before', false],
    ['after', true],
  ])(
    'comes to the same end, by the same steps, when killed %s any of its inputs and outputs',
    async (_, effect) => {
      const undisturbed = await tell(life, Number.POSITIVE_INFINITY, false)
      const ends: unknown[] = []
      for (let cut = 0, died = true; died; cut++) {
        const killed = await tell(life, cut, effect)
        died = killed.died
        ends.push({ cut, ...killed.end })
      }
      expect(ends).toEqual(ends.map((_, cut) => ({ cut, ...undisturbed.end })))
    },
    120_000,
  )
})
