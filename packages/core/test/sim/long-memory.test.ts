import { expect, test } from 'vitest'
import type { RolloutState } from '../../src/index.js'
import { type Happening, happen } from './happenings.js'
import { Simulation } from './simulation.js'

const deeds = 800
const wait: Happening = { do: 'wait', ms: 2500 }

/** One thing after the other that is remembered somewhere: another version, other queries, hands, commands, trouble. */
const deed = (i: number): Happening =>
  [
    { do: 'version', version: i % 2 === 0 ? 'v2' : 'v3' } as const,
    { do: 'edit', spec: { metric: `errors of ${i}` } } as const,
    { do: 'command', name: ['pause', 'dance', 'resume', 'abort', 'retry'][i % 5] ?? 'dance' } as const,
    { do: 'health', is: i % 3 === 0 ? 'outage' : 'healthy' } as const,
    { do: 'edit', spec: { increment: i % 4 === 0 ? 99 : 10 } } as const,
    { do: 'foreign', change: { weight: i % 100 } } as const,
    { do: 'build', revision: `build-${i}` } as const,
  ][i % 7] ?? wait

const size = (state: RolloutState) => JSON.stringify(state).length
const largest = (saves: readonly RolloutState[]) => Math.max(...saves.map(size))

test('a state grows no more, however long its resource lives among people whom nobody can reach', async () => {
  const simulation = new Simulation()
  const { world } = simulation
  world.fault('notify', { kind: 'drop' }, 1000)

  for (let i = 0; i < deeds; i++) {
    await happen(simulation, deed(i))
    await happen(simulation, wait)
  }
  simulation.stop()

  const { saves } = world.store
  const [young, old] = [saves.slice(0, saves.length / 2), saves.slice(saves.length / 2)]
  const last = saves.at(-1) as RolloutState
  expect(last.number).toBeGreaterThan(100)
  expect(last.seq).toBeGreaterThan(500)
  expect(Math.max(...saves.map(({ outbox }) => outbox.length))).toBe(20)
  expect(Math.max(...saves.map(({ history }) => history.length))).toBe(5)
  expect(Math.max(...saves.map(({ metrics, trouble }) => Object.keys({ ...metrics, ...trouble }).length))).toBe(1)
  expect(largest(old)).toBeLessThan(1.05 * largest(young))
  expect(largest(saves)).toBeLessThan(20_000)
}, 180_000)
