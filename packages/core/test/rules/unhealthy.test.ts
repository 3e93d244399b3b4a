import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PolicySpec, RolloutState } from '../../src/index.js'
import { render } from '../../src/index.js'
import {
  after,
  check,
  facts,
  healthy,
  interval,
  now,
  policy,
  sick,
  state,
  told,
  underWay,
  value,
  weightAsked,
  writes,
} from '../builders.js'

const before = state('Progressing')
const errors = { name: 'errors', metric: 'errors()', deviation: 0.5 } as const
const watching = (direction: 'either' | 'increase' | 'decrease') => policy({ metrics: [{ ...errors, direction }] })

/** Baseline 1, allowed deviation 0.5. */
const verdictOn = (reading: number, wanted = policy()) =>
  after({ ...before, policy: wanted }, { readings: check(before, reading) }).state.metrics.errors?.verdict

describe('A reading', () => {
  test('as far from the baseline as allowed is healthy', () => {
    expect(verdictOn(1.5)).toBe('healthy')
    expect(verdictOn(0.5)).toBe('healthy')
  })

  test('any farther is unhealthy, in either direction', () => {
    expect(verdictOn(1.5 + 2 ** -40)).toBe('unhealthy')
    expect(verdictOn(0.5 - 2 ** -40)).toBe('unhealthy')
  })

  test('is watched upwards only with direction increase', () => {
    expect(verdictOn(9, watching('increase'))).toBe('unhealthy')
    expect(verdictOn(-9, watching('increase'))).toBe('healthy')
  })

  test('is watched downwards only with direction decrease', () => {
    expect(verdictOn(9, watching('decrease'))).toBe('healthy')
    expect(verdictOn(-9, watching('decrease'))).toBe('unhealthy')
  })

  test('may not move at all with a deviation of 0', () => {
    const strict = policy({ metrics: [{ ...errors, deviation: 0 }] })

    expect(verdictOn(1, strict)).toBe('healthy')
    expect(verdictOn(1.000001, strict)).toBe('unhealthy')
  })

  test('is unhealthy exactly when |reading - baseline| > deviation, for any numbers', () => {
    const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1e6, noNaN: true }), (reading, base, deviation) => {
        const wanted = policy({ metrics: [{ ...errors, deviation }] })
        const known = {
          errors: { name: 'errors', allowed: deviation, baseline: base, verdict: 'healthy', memory: true },
        }
        const { state: next } = after(
          { ...before, policy: wanted, metrics: known },
          { readings: check(before, reading) },
        )
        expect(next.metrics.errors?.verdict).toBe(Math.abs(reading - base) > deviation ? 'unhealthy' : 'healthy')
      }),
      { seed: 1 },
    )
  })
})

describe('An unhealthy check with if_unhealthy: rollback', () => {
  const decision = after(before, { readings: sick(before) })

  test('moves all traffic back at once', () => {
    expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0, step: before.step + 1 })
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(decision.used).toBe(true)
  })

  test('is told with the numbers it rests on', () => {
    expect(told(decision, before)).toEqual(['unhealthy'])
    expect(decision.reason).toMatchObject({
      metric: 'errors',
      reading: 9,
      baseline: 1,
      allowed: 0.5,
      weight: 20,
      action: 'rollback',
      version: 'v2',
      production: 'v1',
    })
  })

  test('needs no full interval at the weight', () => {
    const young = facts({ heldSince: now - 1 })

    expect(weightAsked(after(before, { readings: sick(before), process: young }))).toBe(0)
  })

  test('needs no other query to have come back', () => {
    const wanted = policy({ metrics: [errors, { name: 'latency', metric: 'latency()', deviation: 20 }] })
    const readings = check(before, 9, underWay)

    expect(weightAsked(after({ ...before, policy: wanted }, { readings }))).toBe(0)
  })

  test('counts although the traffic moved while it was measured', () => {
    expect(weightAsked(after(before, { readings: check(before, 9, { generation: 3 }) }))).toBe(0)
  })

  test.each(['Progressing', 'Holding', 'Paused'] as const)('acts in %s', phase => {
    const at = state(phase)

    expect(after(at, { readings: sick(at) }).state.phase).toBe('RollingBack')
  })

  test('counts only at the weight it was measured at', () => {
    const decision = after(before, { readings: check(before, 9, { step: before.step - 1 }) })

    expect(decision.state.phase).toBe('Progressing')
    expect(decision.used).toBe(true)
  })
})

describe('An unhealthy check with if_unhealthy: freeze', () => {
  const freeze = policy({ ifUnhealthy: 'freeze' })

  test('leaves the weight for a person to decide', () => {
    const decision = after(before, { readings: sick(before) }, freeze)

    expect(decision.state).toMatchObject({
      phase: 'Frozen',
      weight: 20,
      reason: { code: 'unhealthy', action: 'freeze' },
    })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['unhealthy'])
  })

  test('is announced again in Frozen only after a healthy one in between', () => {
    const frozen = after(before, { readings: sick(before) }, freeze).state
    const still = after(frozen, { readings: sick(frozen) }, freeze)
    const better = after(still.state, { readings: healthy(still.state) }, freeze)
    const worse = after(better.state, { readings: sick(better.state) }, freeze)

    expect(told(still, frozen)).toEqual([])
    expect(told(worse, better.state)).toEqual(['unhealthy'])
    expect(worse.state.phase).toBe('Frozen')
    expect(writes(worse)).toEqual([])
  })
})

describe('Of two metrics in Frozen', () => {
  const freeze = policy({
    ifUnhealthy: 'freeze',
    metrics: [errors, { name: 'latency', metric: 'latency()', deviation: 20 }],
  })
  const latency = { name: 'latency', allowed: 20, baseline: 80, verdict: 'healthy' } as const
  const healthyYet = state('Progressing', { policy: freeze, metrics: { ...before.metrics, latency } })
  const measured = (at: RolloutState, errors: number, latency: number) => ({
    readings: check(at, 0, { metrics: { errors: { metric: value(errors) }, latency: { metric: value(latency) } } }),
  })
  const frozen = after(healthyYet, measured(healthyYet, 9, 80)).state

  test('one that stays unhealthy is told once, however healthy the other is', () => {
    expect(told(after(frozen, measured(frozen, 9, 80)), frozen)).toEqual([])
  })

  test('another one that is unhealthy now is saved at once', () => {
    const decision = after(frozen, measured(frozen, 1, 200))

    expect(decision.state.metrics).toMatchObject({ errors: { verdict: 'healthy' }, latency: { verdict: 'unhealthy' } })
    expect(decision.save).toBe('beside')
  })
})

describe('failures: 3', () => {
  const patient: Partial<PolicySpec> = { failures: 3 }
  const first = after(before, { readings: sick(before) }, policy(patient))
  const second = after(first.state, { readings: sick(first.state) })

  test('holds at the first and second unhealthy check, which count as not passed', () => {
    expect(first.state).toMatchObject({ phase: 'Progressing', weight: 20, failures: 1, nextCheckAt: now + interval })
    expect(first.reason).toMatchObject({ code: 'holding_failures', count: 1, needed: 3, weight: 20, reading: 9 })
    expect(second.state).toMatchObject({ phase: 'Progressing', weight: 20, failures: 2 })
    expect(writes(first)).toEqual([])
    expect(writes(second)).toEqual([])
  })

  test('acts at the third in a row', () => {
    const third = after(second.state, { readings: sick(second.state) })

    expect(third.state.phase).toBe('RollingBack')
    expect(weightAsked(third)).toBe(0)
  })

  test('goes on counting after a check without a verdict', () => {
    const between = after(second.state, { readings: check(second.state, null) }).state

    expect(between).toMatchObject({ phase: 'Progressing', failures: 2 })
    expect(after(between, { readings: sick(between) }).state.phase).toBe('RollingBack')
  })

  test('counts from one again after a healthy check', () => {
    const passed = after(second.state, { readings: healthy(second.state) }).state
    const raised = { ...passed, from: passed.weight }

    expect(passed).toMatchObject({ failures: 0, weight: 25 })
    expect(after(raised, { readings: sick(raised) }).state).toMatchObject({ phase: 'Progressing', failures: 1 })
  })
})

describe('A metric that went down', () => {
  test('has its direction named when both directions are watched', () => {
    const decision = after(before, { readings: check(before, 0) })

    expect(decision.reason).toMatchObject({ code: 'unhealthy', improved: true })
    expect(render(decision.reason)).toContain('set `direction` to `increase`')
  })

  test('has not when it went up, or when only decreases are watched', () => {
    const up = after(before, { readings: sick(before) })
    const down = after({ ...before, policy: watching('decrease') }, { readings: check(before, 0) })

    expect(render(up.reason)).not.toContain('direction')
    expect(render(down.reason)).not.toContain('direction')
  })
})
