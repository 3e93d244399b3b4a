import { type RolloutState, SimulatedClock } from '@birdwatch/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const works = async () => {}
const fails = async () => {
  throw new Error('500')
}

/** Runs the example in simulated time, under 200 calls a second, until it is over. */
async function run(versions: { old: () => Promise<unknown>; new: () => Promise<unknown> }) {
  const { call, rollOut } = await import('./rollout.js')
  const clock = new SimulatedClock(1_000_000)
  let calls = 0
  vi.spyOn(Date, 'now').mockImplementation(() => clock.now())
  // Evenly spread, so that a share of 10 % is one call in ten.
  vi.spyOn(Math, 'random').mockImplementation(() => (calls++ * 0.618034) % 1)
  let end: RolloutState | undefined
  void rollOut({ clock })
    .run()
    .then(state => {
      end = state
    })
  while (end === undefined) {
    await clock.advance(5)
    await call(versions)
  }
  return end
}

describe('the embedded rollout', () => {
  let lines: string[] = []

  beforeEach(() => {
    lines = []
    vi.resetModules()
    vi.spyOn(console, 'log').mockImplementation(line => void lines.push(line))
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  test('promotes a version that works, and says each step', async () => {
    const end = await run({ old: works, new: works })

    expect(end.phase).toBe('Promoted')
    expect(lines.filter(line => line.startsWith('Canary weight'))).toHaveLength(10)
  })

  test('rolls back a version that fails, and says why', async () => {
    const end = await run({ old: works, new: fails })

    expect(end).toMatchObject({ phase: 'RolledBack', weight: 0 })
    expect(lines).toContainEqual(expect.stringMatching(/^v2 is unhealthy at 10 %/))
  })
})
