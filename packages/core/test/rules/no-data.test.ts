import { describe, expect, test } from 'vitest'
import { definePolicy, render } from '../../src/index.js'
import { after, baseline, check, now, policy, state, told, value, weightAsked, writes } from '../builders.js'

const rule = (noData: 'zero' | 'hold' | 'unhealthy') =>
  policy({ metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.5, noData }] })
/** Baseline 0, and never any data so far. */
const silent = { errors: { name: 'errors', allowed: 0.5, baseline: 0, verdict: 'healthy', memory: false } }
const progressing = (noData: 'zero' | 'hold' | 'unhealthy', metrics = silent) =>
  state('Progressing', { policy: rule(noData), metrics })

describe('no_data: hold', () => {
  const before = progressing('hold')
  const decision = after(before, { readings: check(before, null) })

  test('holds the weight and says why', () => {
    expect(decision.state).toMatchObject({
      phase: 'Progressing',
      weight: 20,
      metrics: { errors: { verdict: 'inconclusive' } },
    })
    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', metric: 'errors', cause: 'no_data' })
    expect(writes(decision)).toEqual([])
  })

  test('is said once, and once more when it is over', () => {
    const still = after(decision.state, { readings: check(decision.state, null) })
    const over = after(still.state, { readings: check(still.state, 0.1) })

    expect(told(decision, before)).toEqual(['metric_trouble'])
    expect(told(still, decision.state)).toEqual([])
    expect(told(over, still.state)).toContain('metric_recovered')
    expect(over.state.trouble).toEqual({})
  })
})

describe('no_data: unhealthy', () => {
  test('acts on a check without data', () => {
    const before = progressing('unhealthy')

    const decision = after(before, { readings: check(before, null) })

    expect(decision.state.phase).toBe('RollingBack')
    expect(decision.reason).toMatchObject({ code: 'unhealthy', metric: 'errors' })
    expect(weightAsked(decision)).toBe(0)
  })

  test('is told with the baseline that is known', () => {
    const before = progressing('unhealthy')

    expect(render(after(before, { readings: check(before, null) }).reason)).toContain('errors has no data, baseline 0,')
  })

  test('takes an error for an error, not for no data', () => {
    const before = progressing('unhealthy')
    const error = { error: { code: 'METRIC_TIMEOUT', message: 'no answer within 10 s' }, at: now }

    expect(after(before, { readings: check(before, error) }).state.phase).toBe('Progressing')
  })
})

describe('no_data: zero', () => {
  const before = progressing('zero')

  test('takes no data for a zero before the metric had any', () => {
    const decision = after(before, { readings: check(before, null) })

    expect(decision.state.metrics.errors).toMatchObject({ reading: 0, verdict: 'healthy' })
    expect(weightAsked(decision)).toBe(25)
  })

  test('holds after the first data of the rollout: a series that went silent is no zero', () => {
    const first = after(before, { readings: check(before, 0.2) }).state
    const later = { ...first, from: first.weight }

    const decision = after(later, { readings: check(later, null) })

    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', cause: 'no_data' })
    expect(writes(decision)).toEqual([])
  })

  test('holds when the baseline already had data', () => {
    const baselining = state('Baselining', { policy: rule('zero') })
    const started = after(baselining, { readings: baseline(baselining, 3) }).state
    const later = { ...started, from: started.weight }

    expect(after(later, { readings: check(later, null) }).reason).toMatchObject({ cause: 'no_data' })
  })

  test('still takes no data for a zero when the baseline had none', () => {
    const baselining = state('Baselining', { policy: rule('zero') })
    const started = after(baselining, { readings: baseline(baselining, null) }).state
    const later = { ...started, from: started.weight }

    expect(weightAsked(after(later, { readings: check(later, null) }))).toBe(10)
  })

  test('begins anew with the next rollout', () => {
    const retried = after(state('RolledBack', { policy: rule('zero') }), {
      command: { name: 'retry', id: '1' },
    }).state

    expect(retried.metrics).toEqual({})
  })

  test('acts on the first data when they deviate from the zero', () => {
    expect(after(before, { readings: check(before, 0.6) }).state.phase).toBe('RollingBack')
  })

  test('is the default of the short form, whose query has no series before the first error', () => {
    const short = definePolicy({
      metric: 'errors()',
      deviation: 0.5,
      increment: 5,
      interval: 10,
      ifUnhealthy: 'rollback',
    })
    const before = state('Baselining', { policy: short })
    const readings = baseline(before, 0, { metrics: { metric: { metric: value(null) } } })

    expect(after(before, { readings }).state).toMatchObject({
      phase: 'Progressing',
      metrics: { metric: { baseline: 0 } },
    })
  })
})
