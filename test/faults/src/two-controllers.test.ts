import { describe, expect, test } from 'vitest'
import { Simulation } from './simulation.js'
import type { Fault, RolloutStory } from './story/story.js'

const spec = {
  increment: 10,
  interval: 4,
  if_unhealthy: 'rollback',
  traffic_limit: 30,
  at_limit: 'promote',
  propagation: 0,
} as const
const stopped = (at: number, process: number): Fault => ({ at, do: 'freeze', process, ms: 25_000 })
const held = (at: number): Fault => ({ at, do: 'request', on: 'patch', fault: 'late', times: 3, ms: 4000 })

/** Both are stopped at some moment: whichever of them leads is among them. */
const lives: [string, RolloutStory['plot'], Fault[]][] = Array.from({ length: 12 }, (_, i) => {
  const at = 500 + 700 * i
  const plot = i % 2 === 0 ? ({ is: 'healthy' } as const) : ({ is: 'sick', from: 20 } as const)
  return [`${at} ms`, plot, [held(at - 30), stopped(at, i % 4 < 2 ? 0 : 1)]]
})

describe('of two controllers, one that was stopped for longer than its Lease', () => {
  test.each(lives)('changes nothing but a weight to 0 when it goes on (stopped at %s)', async (_, plot, faults) => {
    const processes = [
      { offsetMs: 1500, speed: 1.005 },
      { offsetMs: -1500, speed: 0.995 },
    ]
    const rollouts = [{ spec, sum: 100, plot }]
    const { violations, changes } = await new Simulation({ seed: 3, rollouts, processes, faults }).run()

    const ours = changes.filter(({ by, kind }) => by.startsWith('P') && kind !== 'BirdWatch')
    const successor = ours.findIndex(({ by }) => by !== ours[0]?.by)
    const after = successor < 0 ? [] : ours.slice(successor).filter(({ by }) => by === ours[0]?.by)
    expect(violations).toEqual([])
    expect(after.filter(({ canary }) => canary > 0)).toEqual([])
  })
})

test('a controller that takes over reads the BirdWatches first: no traffic is older than the state it is judged by', async () => {
  const processes = [
    { offsetMs: 0, speed: 1 },
    { offsetMs: 0, speed: 1 },
  ]
  const faults: Fault[] = [
    { at: 8000, do: 'terminate', process: 0, downMs: 0 },
    { at: 8000, do: 'terminate', process: 1, downMs: 60_000 },
  ]
  const rollouts = [{ spec, sum: 100, plot: { is: 'healthy' } as const }]
  const { trace, violations } = await new Simulation({ seed: 5, rollouts, processes, faults }).run()

  const begin = trace.findLastIndex(line => line.includes('reading everything once'))
  const who = /P\d\w/.exec(trace[begin] ?? '')?.[0] ?? 'nobody'
  const lists = trace
    .slice(begin)
    .filter(line => line.includes(who))
    .flatMap(line => /list (\w+): 200/.exec(line)?.[1] ?? [])
  expect(violations).toEqual([])
  expect(lists[0]).toBe('birdwatches')
  expect(lists.toSorted()).toEqual(['birdwatches', 'deployments', 'destinationrules', 'services', 'virtualservices'])
})
