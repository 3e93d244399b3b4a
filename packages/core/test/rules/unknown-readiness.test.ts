import { describe, expect, test } from 'vitest'
import { after, baseline, command, healthy, live, policy, sick, state, told, weightAsked, writes } from '../builders.js'

const readiness = { unknown: 'the Deployments can not be read: no answer within 5 s' }
const before = state('Progressing')

describe('While nobody knows which pods can serve', () => {
  test.each(['Progressing', 'Holding', 'Paused', 'Frozen'] as const)(
    'nothing is taken for dead or lost in %s',
    phase => {
      const at = state(phase)

      const decision = after(at, { readiness })

      expect(decision.state).toMatchObject({ phase, weight: at.weight })
      expect(writes(decision)).toEqual([])
      expect(told(decision, at)).toEqual([])
    },
  )

  test('nothing begins, and it is said why', () => {
    const decision = after(state('Waiting'), { readiness })

    expect(decision.state.phase).toBe('Waiting')
    expect(decision.reason).toMatchObject({ code: 'waiting_for_canary', looked: readiness.unknown })
  })

  test('no passed check raises, and it is said why', () => {
    const decision = after(before, { readiness, readings: healthy(before) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(decision.reason).toMatchObject({ detail: readiness.unknown })
    expect(writes(decision)).toEqual([])
  })

  test('no first increment is made', () => {
    const baselining = state('Baselining')

    expect(writes(after(baselining, { readiness, readings: baseline(baselining, 1) }))).toEqual([])
  })

  test('no promotion is made, not even by force', () => {
    const all = state('Progressing', { weight: 100, from: 95 })

    const limited = state('Progressing', { policy: policy({ trafficLimit: 20, atLimit: 'promote' }) })

    expect(writes(after(all, { readiness, readings: healthy(all) }))).toEqual([])
    expect(writes(after(limited, { readiness, readings: healthy(limited) }))).toEqual([])
    expect(writes(after(before, { readiness, command: command('force-promote') }))).toEqual([])
  })

  test('an unhealthy canary is rolled back', () => {
    expect(weightAsked(after(before, { readiness, readings: sick(before) }))).toBe(0)
  })

  test('a person can abort', () => {
    expect(weightAsked(after(before, { readiness, command: command('abort') }))).toBe(0)
  })

  test('deletion rolls back', () => {
    expect(weightAsked(after(before, { readiness, deleting: true, process: live }))).toBe(0)
  })
})
