import { describe, expect, test } from 'vitest'
import { type Change, Simulation } from './simulation.js'
import type { Fault, RolloutStory, Story } from './story/story.js'

const spec = {
  increment: 10,
  interval: 5,
  if_unhealthy: 'rollback',
  traffic_limit: 30,
  at_limit: 'hold',
  propagation: 0,
} as const
const aborted: RolloutStory = { spec, sum: 100, plot: { is: 'commanded', at: 10, command: 'abort' } }
const sick: RolloutStory = { spec, sum: 100, plot: { is: 'sick', from: 10 } }
const healthy: RolloutStory = { spec: { ...spec, interval: 2 }, sum: 100, plot: { is: 'healthy' } }
const alone = [{ offsetMs: 0, speed: 1 }]
const story = (rollouts: readonly RolloutStory[], faults: readonly Fault[], processes = alone): Story => ({
  seed: 7,
  rollouts,
  processes,
  faults,
})
/** Of every request of a kind, from a moment on. */
const always = (at: number, on: string, fault: Extract<Fault, { do: 'request' }>['fault']): Fault => ({
  at,
  do: 'request',
  on,
  fault,
  times: 100_000,
  ms: 0,
})

const weights = (changes: readonly Change[]) =>
  changes.filter(({ kind, rollout }) => kind === 'VirtualService' && rollout === 's1')
const at = (changes: readonly Change[], what: (change: Change) => boolean): number =>
  changes.find(what)?.at ?? Number.NaN
/** When the first weight was given, and when it was taken back, milliseconds. */
const moments = (changes: readonly Change[]) => {
  const ours = weights(changes)
  const raised = at(ours, ({ canary }) => canary > 0)
  return { raised, back: at(ours, change => change.at > raised && change.canary === 0) }
}

async function measured(what: string, told: Story) {
  const { violations, changes } = await new Simulation(told).run()
  const { raised, back } = moments(changes)
  console.log(`figure: ${what}: weight 0 after ${back - raised} ms`)
  return { violations, changes, raised, back }
}

describe('a rollback waits for nobody', () => {
  test.each([
    ['nothing is wrong', []],
    ['no status can be saved', [always(900, 'patch birdwatches/status', '503')]],
    ['a save is under way and never answered', [always(900, 'patch birdwatches/status', 'hangs')]],
    ['a query hangs', [{ at: 900, do: 'metric', fault: 'hangs', forMs: 25_000 }]],
    ['Slack hangs', [{ at: 0, do: 'slack', fault: 'hangs', forMs: 25_000 }]],
    ['no Event can be written', [always(0, 'create events', 'hangs')]],
  ] as [string, Fault[]][])('an abort is applied within a second when %s', async (what, faults) => {
    const { violations, raised, back } = await measured(`abort, ${what}`, story([aborted], faults))

    expect(violations).toEqual([])
    expect(back - raised).toBeLessThan(1000)
  })

  test('an abort does not wait behind the increases of other rollouts', async () => {
    const crowd = [aborted, ...Array.from({ length: 10 }, () => healthy)]
    const { violations, raised, back } = await measured('abort, 10 others are raised', story(crowd, []))

    expect(violations).toEqual([])
    expect(back - raised).toBeLessThan(1000)
  }, 120_000)

  test('an unhealthy reading is acted on when no status can be saved and Slack hangs', async () => {
    const faults = [
      always(1500, 'patch birdwatches/status', '503'),
      { at: 0, do: 'slack', fault: 'hangs', forMs: 29_000 } as const,
    ]
    const { violations, raised, back } = await measured('unhealthy, no saves, Slack hangs', story([sick], faults))

    expect(violations).toEqual([])
    expect(back - raised).toBeGreaterThanOrEqual(spec.interval * 1000)
    expect(back - raised).toBeLessThan(spec.interval * 1000 + 1000)
  })

  test('what the API server refuses is applied as soon as it takes it', async () => {
    const outage: Fault[] = [{ at: 4000, do: 'api down', forMs: 15_000 }]
    const { violations, back } = await measured('unhealthy, API down for 15 s', story([sick], outage))

    expect(violations).toEqual([])
    expect(back).toBeGreaterThanOrEqual(19_000)
    // Half of the longest pause between two tries lies between the answer and the next try, on average.
    expect(back).toBeLessThan(19_000 + 5500)
  })

  test('one that has begun goes on when the Lease is lost', async () => {
    const faults = [always(900, 'patch virtualservices', '503'), always(900, 'replace leases', '503')]
    const { violations, changes } = await measured('unhealthy, Lease lost', story([sick], faults, [...alone, ...alone]))

    expect(violations).toEqual([])
    expect(weights(changes).at(-1)).toMatchObject({ canary: 0 })
  })
})
