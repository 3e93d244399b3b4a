import { expect, test } from 'vitest'
import { Tally, type WorldResult } from './tally.js'

const result = (changes: Partial<WorldResult> = {}): WorldResult => ({
  seed: 7,
  rollouts: 2,
  writes: 30,
  simulatedMs: 1_800_000,
  faults: ['kill', 'request: 409'],
  ends: ['Promoted', 'gone'],
  violations: [],
  cpuMs: 500,
  ...changes,
})

test('sums up worlds by what went wrong in them, how they ended, and which broke a law', () => {
  const tally = new Tally()
  tally.add(result())
  tally.add(result({ seed: 8, faults: ['kill'], ends: ['Promoted', 'Promoted'], violations: ['a law'] }))

  expect(tally.table(2, 1).split('\n')).toEqual([
    'rollouts        4 in 2 worlds',
    'writes judged   60',
    'faults          3: kill 2, request: 409 1',
    'ends            4: Promoted 3, gone 1',
    'simulated time  1.0 h',
    'time            2 s: 2.0 rollouts a second',
    'processor time  1 s: 250 ms a rollout',
    'laws broken by  1 seeds: 8',
  ])
})

test('what never happened is told as none', () => {
  const tally = new Tally()
  tally.add(result({ faults: [], rollouts: 1, ends: ['Promoted'] }))

  expect(tally.table(1, 1)).toContain('faults          none')
  expect(tally.table(1, 1)).toContain('laws broken by  no seed')
})
