import { expect, test } from 'vitest'
import type { Outcome } from './outcome.js'
import { Simulation } from './simulation.js'
import type { Fault, RolloutStory } from './story/story.js'

const spec = {
  increment: 10,
  interval: 2,
  if_unhealthy: 'rollback',
  traffic_limit: 20,
  at_limit: 'hold',
  propagation: 0,
} as const
/** The next two: that of our own write, and what somebody else does right after it. */
const lost = (at: number, kind: 'BirdWatch' | 'VirtualService'): Fault[] =>
  [1, 2].map(() => ({ at, do: 'event lost', kind }))

const live = (plot: RolloutStory['plot'], faults: readonly Fault[] = []) =>
  new Simulation({
    seed: 4,
    rollouts: [{ spec, sum: 100, plot }],
    processes: [{ offsetMs: 0, speed: 1 }],
    faults,
  }).run()

/** How long after somebody's deed a rollout was in a phase, milliseconds. */
const noticed = ({ changes }: Outcome, phase: string): number => {
  const deed = changes.findIndex(({ by, at }) => by === 'kubectl' && at > 0)
  return (changes.slice(deed).find(change => change.phase === phase)?.at ?? Number.NaN) - (changes[deed]?.at ?? 0)
}

test('a change of the weight whose event was lost is not written over: it is seen with the next write', async () => {
  const [told, untold] = [
    await live({ is: 'foreign', at: 10, to: 40 }),
    await live({ is: 'foreign', at: 10, to: 40 }, lost(200, 'VirtualService')),
  ]

  expect([told.violations, untold.violations]).toEqual([[], []])
  expect(noticed(told, 'Paused')).toBeLessThan(200)
  expect(noticed(untold, 'Paused')).toBeGreaterThan(2000)
  expect(noticed(untold, 'Paused')).toBeLessThan(3000)
  expect(untold.changes.findLast(({ kind }) => kind === 'VirtualService')).toMatchObject({ by: 'kubectl', canary: 40 })
})

test('a deletion whose event was lost is seen with the next save', async () => {
  const [told, untold] = [
    await live({ is: 'deleted', at: 20 }),
    await live({ is: 'deleted', at: 20 }, lost(2200, 'BirdWatch')),
  ]

  expect([told.violations, untold.violations]).toEqual([[], []])
  expect(noticed(told, 'RollingBack')).toBeLessThan(200)
  expect(noticed(untold, 'RollingBack')).toBeGreaterThan(1900)
  expect(noticed(untold, 'RollingBack')).toBeLessThan(3000)
})
