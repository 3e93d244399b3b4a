import { describe, expect, test } from 'vitest'
import type { Phase } from '../../src/index.js'
import { after, check, healthy, now, policy, seconds, state, told, weightAsked, writes } from '../builders.js'

const stuckFor = (phase: Phase, ms: number) => state(phase, { progressAt: now - ms })

describe('stuck_after, by default 1800 s,', () => {
  test.each(['Baselining', 'Progressing', 'RollingBack', 'Promoting'] as const)(
    'without progress is announced in %s',
    phase => {
      const before = stuckFor(phase, seconds(1800))

      const decision = after(before)

      expect(told(decision, before)).toEqual(['stuck'])
      expect(decision.state.outbox.at(-1)?.reason).toMatchObject({ seconds: 1800, phase })
      expect(decision.state).toMatchObject({ phase, weight: before.weight, stuckAt: now })
    },
  )

  test('moves nothing', () => {
    expect(writes(after(stuckFor('Progressing', seconds(1800))))).toEqual([])
  })

  test('is not announced a moment earlier, but woken for', () => {
    const before = stuckFor('Baselining', seconds(1800) - 1)

    const decision = after({ ...before, nextCheckAt: now + seconds(5) })

    expect(told(decision, before)).toEqual([])
    expect(decision.wakeAt).toBe(now + 1)
  })

  test('is repeated as often', () => {
    const said = { ...stuckFor('Progressing', seconds(9000)), stuckAt: now - seconds(1800) + 1 }
    const due = { ...said, stuckAt: now - seconds(1800) }

    expect(told(after(said), said)).toEqual([])
    expect(told(after(due), due)).toEqual(['stuck'])
  })

  test('tells why: what the rollout waits for', () => {
    const before = state('Progressing', {
      progressAt: now - seconds(1800),
      reason: { code: 'holding_inconclusive', metric: 'errors', cause: 'no_data', weight: 20 },
    })

    expect(after(before).state.outbox.at(-1)?.reason).toMatchObject({
      because: expect.stringContaining('errors is inconclusive'),
    })
  })

  test.each(['Holding', 'Paused', 'Frozen', 'Promoted', 'RolledBack'] as const)(
    'is not announced in %s, where a person is expected to',
    phase => {
      const before = stuckFor(phase, seconds(90_000))

      expect(told(after(before), before)).not.toContain('stuck')
    },
  )

  test('can be set', () => {
    const before = { ...stuckFor('Progressing', seconds(60)), policy: policy({ stuckAfter: 60 }) }

    expect(told(after(before), before)).toEqual(['stuck'])
  })

  test('begins anew with every new weight', () => {
    const before = state('Progressing', { progressAt: now - seconds(1700), stuckAt: now - seconds(1700) })

    const decision = after(before, { readings: healthy(before) })

    expect(weightAsked(decision)).toBe(25)
    expect(decision.state.progressAt).toBe(now)
    expect(decision.state.stuckAt).toBeUndefined()
  })

  test('does not begin anew with a check that holds', () => {
    const before = stuckFor('Progressing', seconds(1700))

    expect(after(before, { readings: check(before, null) }).state.progressAt).toBe(before.progressAt)
  })
})
