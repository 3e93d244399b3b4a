import { describe, expect, test } from 'vitest'
import { Simulation } from './simulation.js'
import type { Story } from './story/story.js'
import { tell } from './story/tell.js'

const run = (story: Story) => new Simulation(story).run()
// The same stories every time, so that a red run means a change; `npm run simulate:faults` searches among others.
const seeds = [1, 9, 17]
/** What a search has found, and what was wrong. */
const found: readonly [number, string][] = [
  [777_067, 'a rollback took the place of a refusal that was being saved: it was refused and told once more'],
  [39, 'the answer of a raise was truncated and its event lost: it counted as refused, and was raised to once more'],
  [481, 'somebody aborted while production was empty: weight 0 was taken for ours, because it came before its save'],
  [1_000_622, 'a canary failed while somebody else had the traffic: that it was told before its save broke a law'],
  [1_001_935, 'no process led for ten seconds after everything had mended: that was taken for the end'],
  [1_004_644, 'people allowed a deviation of 100: a reading that was healthy by it was taken for a sick one'],
  [2_000_702, 'a raise that was carried out without an answer or an event was withdrawn, and then made once more'],
  [2_001_066, 'a raise was decided before people made the interval longer: it was held to the longer one'],
  [3_001_620, 'within one second somebody commanded abort, promote and abort: the second was taken for the first'],
  [
    3_003_969,
    'a refusal was being saved as the canary sickened, and no save came through: both were told, and neither saved',
  ],
  [3_020_618, 'paused before its canary was prepared, it was held to a weight that somebody set then'],
  [3_027_033, 'a raise was being saved as its canary died: it was judged by the weight 0 that had taken its place'],
  [
    3_032_670,
    'an abort was seen late, and another command had been given since: weight 0 was not taken for a person’s',
  ],
  [1_000_107, 'a rollout that rested at its limit was taken for ended, and went on by the last edit'],
]

describe('the whole controller in a world of faults, people and crashes', () => {
  test.each(seeds)(
    'keeps every law at every write, and ends as foretold (seeds %i and the 7 after it)',
    async first => {
      for (const story of Array.from({ length: 8 }, (_, i) => tell(first + i)))
        await expect(run(story).then(({ violations }) => ({ seed: story.seed, violations }))).resolves.toEqual({
          seed: story.seed,
          violations: [],
        })
    },
    180_000,
  )

  test.each(found)(
    'keeps every law in what broke one before (seed %i: %s)',
    async seed => {
      expect((await run(tell(seed))).violations).toEqual([])
    },
    180_000,
  )

  test('runs the same way every time', async () => {
    const [once, again] = [await run(tell(42)), await run(tell(42))]

    expect(again.trace).toEqual(once.trace)
  }, 180_000)
})
