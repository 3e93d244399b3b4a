import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/index.js'
import { after, check, failure, policy, state, told, value, weightAsked, writes } from '../builders.js'

const before = state('Progressing', { policy: policy({ traffic: { metric: 'requests()', atLeast: 50 } }) })
const checked = (errors: number, traffic?: Reading) =>
  after(before, { readings: check(before, errors, traffic && { traffic }) })

describe('traffic.at_least', () => {
  test('makes a check below it inconclusive, healthy as it looks', () => {
    const decision = checked(1.1, value(49.9))

    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', cause: 'low_traffic' })
    expect(writes(decision)).toEqual([])
  })

  test('makes a check below it inconclusive, unhealthy as it looks', () => {
    const decision = checked(9, value(3))

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, failures: 0 })
    expect(writes(decision)).toEqual([])
  })

  test('lets a check count that has exactly as much', () => {
    expect(weightAsked(checked(1.1, value(50)))).toBe(25)
    expect(weightAsked(checked(9, value(50)))).toBe(0)
  })

  test('takes no traffic data for no traffic', () => {
    expect(checked(1.1, value(null)).reason).toMatchObject({ cause: 'low_traffic' })
  })

  test('waits until the amount of traffic is known', () => {
    const decision = checked(9)

    expect(decision.used).toBe(false)
    expect(decision.state.weight).toBe(20)
  })

  test('is said once while it lasts', () => {
    const low = checked(1.1, value(3))
    const still = after(low.state, { readings: check(low.state, 1.1, { traffic: value(2) }) })

    expect(told(low, before)).toEqual(['metric_trouble'])
    expect(told(still, low.state)).toEqual([])
  })

  test('that can not be measured is told as the error it is', () => {
    const decision = checked(1.1, failure())

    expect(decision.state.weight).toBe(20)
    expect(told(decision, before)).toEqual(['metric_trouble'])
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({
      cause: 'METRIC_UNREACHABLE',
      detail: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('is not asked for where the policy does not', () => {
    const plain = state('Progressing')

    expect(weightAsked(after(plain, { readings: check(plain, 1.1) }))).toBe(25)
  })
})
