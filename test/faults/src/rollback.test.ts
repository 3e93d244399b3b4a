import { describe, expect, test } from 'vitest'
import { Simulation } from './simulation.js'
import { aborts, moments, spec, verdicts, weights } from './story/rollbacks.js'
import type { Story } from './story/story.js'

async function measured(what: string, told: Story | undefined) {
  const { violations, changes } = await new Simulation(told as Story).run()
  const { raised, back } = moments(changes)
  console.log(`figure: ${what}: weight 0 after ${back - raised} ms`)
  return { violations, changes, raised, back }
}

describe('a rollback waits for nobody', () => {
  test.each(Object.entries(aborts))(
    'an abort is applied within a second when %s',
    async (what, story) => {
      const { violations, raised, back } = await measured(`abort, ${what}`, story)

      expect(violations).toEqual([])
      expect(back - raised).toBeLessThan(1000)
    },
    120_000,
  )

  test.each(['nothing is wrong', 'no status can be saved, and Slack hangs'])(
    'an unhealthy reading is acted on when %s',
    async what => {
      const { violations, raised, back } = await measured(`unhealthy, ${what}`, verdicts[what])

      expect(violations).toEqual([])
      expect(back - raised).toBeGreaterThanOrEqual(spec.interval * 1000)
      expect(back - raised).toBeLessThan(spec.interval * 1000 + 1000)
    },
  )

  test('what the API server refuses is applied as soon as it takes it', async () => {
    const what = 'the API server is down for 15 s'
    const { violations, back } = await measured(`unhealthy, ${what}`, verdicts[what])

    expect(violations).toEqual([])
    expect(back).toBeGreaterThanOrEqual(19_000)
    // Half of the longest pause between two tries lies between the answer and the next try, on average.
    expect(back).toBeLessThan(19_000 + 5500)
  })

  test('one that has begun goes on when the Lease is lost', async () => {
    const what = 'no weight can be written, and the Lease is lost'
    const { violations, changes } = await measured(`unhealthy, ${what}`, verdicts[what])

    expect(violations).toEqual([])
    expect(weights(changes).at(-1)).toMatchObject({ canary: 0 })
  })
})
