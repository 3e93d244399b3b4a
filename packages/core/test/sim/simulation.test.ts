import fc from 'fast-check'
import { describe, test } from 'vitest'
import { happen, stories } from './happenings.js'
import { Simulation } from './simulation.js'

// The same stories every time, so that a red run means a change; BIRDWATCH_SIM_RUNS=20000 searches among others,
// and BIRDWATCH_SIM_SEED repeats what such a search has found.
const { BIRDWATCH_SIM_RUNS: search, BIRDWATCH_SIM_SEED: seed = search === undefined ? '1' : undefined } = process.env
const numRuns = Number(search ?? 120)
const msPerRun = 5000

describe('a rollout in a world of faults, people and crashes', () => {
  test(
    'keeps every law at every write, and comes to an end when the faults end',
    async () => {
      const property = fc.asyncProperty(fc.noBias(stories), async ({ spec, router, happenings }) => {
        const simulation = new Simulation(spec, router)
        try {
          for (const happening of happenings) await happen(simulation, happening)
          await simulation.end()
        } finally {
          simulation.stop()
        }
      })
      await fc.assert(property, { numRuns, ...(seed && { seed: Number(seed) }) })
    },
    Math.min(numRuns * msPerRun, 2 ** 31 - 1),
  )
})
