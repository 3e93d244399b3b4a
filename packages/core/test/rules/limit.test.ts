import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  after,
  bothServe,
  command,
  healthy,
  kinds,
  noProduction,
  pods,
  policy,
  ready,
  state,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const at = (weight: number, phase: 'Progressing' | 'Holding' = 'Progressing') =>
  state(phase, { weight, from: Math.max(0, weight - 5) })

describe('traffic_limit', () => {
  test('cuts the last increment short', () => {
    const before = at(28)

    expect(weightAsked(after(before, { readings: healthy(before) }, policy({ trafficLimit: 30 })))).toBe(30)
  })

  test('is never exceeded by a passed check, whatever the numbers', () => {
    const percent = fc.integer({ min: 1, max: 100 })
    fc.assert(
      fc.property(percent, percent, fc.integer({ min: 1, max: 10 }), (limit, weight, increment) => {
        const before = at(Math.min(weight, limit))
        const decision = after(before, { readings: healthy(before) }, policy({ trafficLimit: limit, increment }))
        expect(decision.state.weight).toBeLessThanOrEqual(limit)
        expect(weightAsked(decision) ?? 0).toBeLessThanOrEqual(limit)
      }),
      { seed: 1 },
    )
  })
})

describe('At the limit', () => {
  const hold = policy({ trafficLimit: 40 })

  test('reaching it is not yet a passed check there', () => {
    const before = at(35)

    expect(after(before, { readings: healthy(before) }, hold).state).toMatchObject({ phase: 'Progressing', weight: 40 })
  })

  test('a passed check holds below 100, and says what a person can do', () => {
    const before = at(40)

    const decision = after(before, { readings: healthy(before) }, hold)

    expect(decision.state).toMatchObject({
      phase: 'Holding',
      weight: 40,
      reason: { code: 'holding_at_limit', limit: 40 },
    })
    expect(told(decision, before)).toEqual(['holding_at_limit'])
    expect(writes(decision)).toEqual([])
  })

  test('a passed check promotes at 100', () => {
    const before = at(100)

    const decision = after(before, { readings: healthy(before) })

    expect(decision.state).toMatchObject({
      phase: 'Promoting',
      reason: { code: 'promoting', cause: 'passed', weight: 100 },
    })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('at_limit: promote promotes below 100', () => {
    const before = at(40)

    const decision = after(before, { readings: healthy(before) }, policy({ trafficLimit: 40, atLimit: 'promote' }))

    expect(decision.state.phase).toBe('Promoting')
  })

  test('at_limit: promote waits below 100 until the canary has a pod for each of production', () => {
    const before = at(40)
    const readiness = { ...bothServe, canary: pods(2), production: pods(3) }

    const decision = after(
      before,
      { readings: healthy(before), readiness },
      policy({ trafficLimit: 40, atLimit: 'promote' }),
    )

    expect(decision.state.phase).toBe('Progressing')
    expect(decision.reason).toEqual({ code: 'holding_availability', available: 2, desired: 3, weight: 40 })
  })

  test('at 100 it has taken the place of all of production, with however many pods', () => {
    const before = at(100)
    const readiness = { ...bothServe, canary: pods(2), production: pods(3) }

    expect(after(before, { readings: healthy(before), readiness }).state.phase).toBe('Promoting')
  })

  test('at_limit: hold holds at 100', () => {
    const before = at(100)

    expect(after(before, { readings: healthy(before) }, policy({ atLimit: 'hold' })).state.phase).toBe('Holding')
  })

  test('holding is said once, and checks go on', () => {
    const before = at(40, 'Holding')

    const decision = after(before, { readings: healthy(before) }, hold)

    expect(decision.state.phase).toBe('Holding')
    expect(told(decision, before)).toEqual([])
    expect(kinds(after({ ...before, nextCheckAt: 0 }, {}, hold))).toEqual(['measure'])
  })

  test('holding changes to promoting when the policy does, after a passed check', () => {
    const before = at(40, 'Holding')
    const promote = policy({ trafficLimit: 40, atLimit: 'promote' })

    expect(after(before, {}, promote).state.phase).toBe('Holding')
    expect(after(before, { readings: healthy(before) }, promote).state.phase).toBe('Promoting')
  })
})

describe('A limit that is raised', () => {
  const before = at(40, 'Holding')
  const higher = policy({ trafficLimit: 50 })

  test('changes nothing by itself', () => {
    const decision = after(before, {}, higher)

    expect(decision.state).toMatchObject({ phase: 'Holding', weight: 40 })
    expect(writes(decision)).toEqual([])
  })

  test('is made use of by the next passed check', () => {
    const decision = after(before, { readings: healthy(before) }, higher)

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 45 })
    expect(weightAsked(decision)).toBe(45)
  })
})

describe('A limit lowered below the weight', () => {
  const low = policy({ trafficLimit: 10 })

  test.each(['Progressing', 'Holding', 'Paused', 'Frozen'] as const)('moves the weight down at once in %s', phase => {
    const before = state(phase)

    const decision = after(before, {}, low)

    expect(decision.state).toMatchObject({ phase, weight: 10, from: before.weight, step: before.step + 1 })
    expect(decision.reason).toMatchObject({ code: 'limit_lowered', from: before.weight, to: 10 })
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 10, token: 'rv-8' }])
    expect(decision.save).toBe('now')
    expect(told(decision, before)).toEqual(['limit_lowered'])
  })

  test('moves nothing down to where it is already', () => {
    const before = at(10)

    expect(writes(after(before, {}, low))).toEqual([])
  })

  test('takes a raise back that was not applied yet', () => {
    const before = at(25)

    const decision = after(before, { traffic: ready(before, { weight: 20 }) }, policy({ trafficLimit: 22 }))

    expect(decision.state).toMatchObject({ weight: 22, from: 20 })
    expect(weightAsked(decision)).toBe(22)
  })

  test('is applied again as long as the traffic shows the weight before', () => {
    const before = at(40)
    const lowered = after(before, {}, low).state

    const decision = after(lowered, { traffic: ready(before) }, low)

    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 10, token: 'rv-8' }])
    expect(told(decision, lowered)).toEqual([])
  })

  test('waits until the routes can be seen, and follows then', () => {
    const unseen = after(at(40), { traffic: { state: 'unknown', reason: 'no answer' } }, low)

    expect(writes(unseen)).toEqual([])
    expect(weightAsked(after(unseen.state, {}, low))).toBe(10)
  })

  test('keeps nobody from being heard until then', () => {
    const traffic = { state: 'unknown', reason: 'no answer' } as const

    expect(after(at(40), { traffic, command: command('pause') }, low).state.phase).toBe('Paused')
  })

  test('waits while production can not serve', () => {
    expect(writes(after(at(40), { readiness: noProduction }, low))).toEqual([])
  })

  test('holds for what was written and not recorded, too', () => {
    const before = at(40)

    const decision = after(before, { traffic: ready(before, { weight: 30, generation: 12 }) }, low)

    expect(decision.state.weight).toBe(10)
    expect(weightAsked(decision)).toBe(10)
  })

  test('needs a check at the lower weight before anything else', () => {
    const before = at(40)

    const decision = after(before, { readings: healthy(before) }, low)

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 10 })
    expect(decision.used).toBe(true)
  })
})
