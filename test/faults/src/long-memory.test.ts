import { expect, test } from 'vitest'
import { Simulation } from './simulation.js'
import { type Happening, hurried, type RolloutStory } from './story/story.js'

/** Every fifth of a second something else that people are told of, while nobody can be told. */
const happenings = Array.from({ length: 130 }, (_, i): Happening => {
  const at = 200 * i
  if (i % 5 === 4) return { at, do: 'edit', spec: { canary_version: i % 2 === 0 ? 'v2' : 'v3' } }
  if (i % 7 === 6) return { at, do: 'weight', to: 10 * (i % 10) }
  return { at, do: 'command', name: ['dance', 'abort', 'pause', 'resume', 'retry'][i % 5] ?? 'dance' }
})

test('state, history and outbox are bounded when people do more than anybody can be told of', async () => {
  const busy: RolloutStory = { spec: hurried, sum: 100, plot: { is: 'chaos', happenings } }
  const { violations, changes } = await new Simulation({
    seed: 11,
    rollouts: [busy],
    processes: [{ offsetMs: 0, speed: 1 }],
    faults: [{ at: 0, do: 'slack', fault: 'hangs', forMs: 29_000 }],
  }).run()

  expect(changes.filter(({ kind }) => kind === 'BirdWatch').length).toBeGreaterThan(150)
  expect(violations).toEqual([])
}, 180_000)
