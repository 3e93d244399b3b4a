import fc from 'fast-check'
import { describe, test } from 'vitest'
import type { PolicySpec } from '../../src/index.js'
import { found } from './found.js'
import { type Happening, happen, stories } from './happenings.js'
import { Simulation } from './simulation.js'
import type { Abilities } from './world.js'

// The same stories every time, so that a red run means a change; BIRDWATCH_SIM_RUNS=20000 searches among others,
// and BIRDWATCH_SIM_SEED repeats what such a search has found.
const { BIRDWATCH_SIM_RUNS: search, BIRDWATCH_SIM_SEED: seed = search === undefined ? '1' : undefined } = process.env
const numRuns = Number(search ?? 120)
const msPerRun = 5000

interface Story {
  readonly spec?: Partial<PolicySpec>
  readonly router?: Abilities
  readonly happenings: readonly Happening[]
}

/** Lets it happen, and then everything mend; throws when a law was broken. */
async function live({ spec, router, happenings }: Story): Promise<void> {
  const simulation = new Simulation(spec, router)
  try {
    for (const happening of happenings) await happen(simulation, happening)
    await simulation.end()
  } finally {
    simulation.stop()
  }
}

describe('a rollout in a world of faults, people and crashes', () => {
  test(
    'keeps every law at every write, and comes to an end when the faults end',
    async () => {
      await fc.assert(fc.asyncProperty(fc.noBias(stories), live), { numRuns, ...(seed && { seed: Number(seed) }) })
    },
    Math.min(numRuns * msPerRun, 2 ** 31 - 1),
  )

  test.each(Object.entries(found).map(([what, story]) => ({ what, ...story })))('$what (seed $seed)', live)
})
