import { describe, expect, test } from 'vitest'
import type { Reading, RolloutState } from '../../src/index.js'
import {
  after,
  baseline,
  check,
  failure,
  interval,
  now,
  policy,
  seconds,
  sick,
  state,
  told,
  value,
  writes,
} from '../builders.js'

const before = state('Progressing')
const out = (since: number, code = 'METRIC_UNREACHABLE') => ({ errors: { since: now - since, code } })
const failed = (at: RolloutState) => after(at, { readings: check(at, failure()) })

describe('A query that fails', () => {
  const decision = failed(before)

  test('neither rolls back nor promotes: the weight holds', () => {
    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, failures: 0 })
    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', metric: 'errors', cause: 'error' })
    expect(writes(decision)).toEqual([])
  })

  test('does not promote at the limit either', () => {
    const holding = state('Progressing', { weight: 100, from: 95 })

    expect(failed(holding).state).toMatchObject({ phase: 'Progressing', weight: 100 })
  })

  test('is told with the error and its own words', () => {
    expect(told(decision, before)).toEqual(['metric_trouble'])
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({
      metric: 'errors',
      cause: 'METRIC_UNREACHABLE',
      detail: expect.stringContaining('ECONNREFUSED'),
      weight: 20,
    })
  })

  test('is told once, also when it goes on with another error', () => {
    const again = failed(decision.state)
    const other = after(again.state, { readings: check(again.state, failure('METRIC_TIMEOUT')) })

    expect(told(again, decision.state)).toEqual([])
    expect(told(other, again.state)).toEqual([])
  })

  test('is told to be over once, with how long it lasted', () => {
    const after90 = state('Progressing', { trouble: out(seconds(90)) })
    const over = after(after90, { readings: check(after90, 9) }, policy({ failures: 5 }))

    expect(told(over, after90)).toEqual(['metric_recovered'])
    expect(over.state.outbox.at(-1)?.reason).toMatchObject({ metric: 'errors', seconds: 90 })
    expect(over.state.trouble).toEqual({})
  })

  test('keeps the baseline and what was known of the data', () => {
    expect(decision.state.metrics.errors).toMatchObject({ baseline: 1, memory: true, verdict: 'inconclusive' })
  })

  test('tells the user to aggregate when there are several series', () => {
    const several = {
      error: { code: 'METRIC_SEVERAL_SERIES', message: '7 series where one is needed: wrap the query in sum()' },
      at: now,
    }

    const decision = after(before, { readings: check(before, several) })

    expect(decision.reason).toMatchObject({ detail: expect.stringContaining('sum()') })
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({ cause: 'METRIC_SEVERAL_SERIES' })
  })
})

describe('A query that fails before the baseline', () => {
  const baselining = state('Baselining')
  const decision = after(baselining, { readings: baseline(baselining, failure()) })

  test('is told once, and so is its end', () => {
    const again = after(decision.state, { readings: baseline(decision.state, failure()) })
    const over = after(again.state, { readings: baseline(again.state, 1) })

    expect(told(decision, baselining)).toEqual(['metric_trouble'])
    expect(told(again, decision.state)).toEqual([])
    expect(told(over, again.state)).toEqual(['metric_recovered', 'raised'])
  })

  test('may be a plugin that is left alone because it only failed', () => {
    const suspended = failure('PLUGIN_SUSPENDED')
    const left = after(baselining, { readings: baseline(baselining, suspended) })

    expect(told(left, baselining)).toEqual(['metric_trouble'])
    expect(left.state.outbox.at(-1)?.reason).toMatchObject({ cause: 'PLUGIN_SUSPENDED' })
  })

  test('is not a metric without data, which is only waited for', () => {
    expect(told(after(baselining, { readings: baseline(baselining, null) }), baselining)).toEqual([])
  })
})

describe('The next attempt after a failure', () => {
  const retryIn = (lasted: number, spec = {}) => {
    const at = state('Progressing', { policy: policy(spec), trouble: out(lasted) })
    return (failed(at).state.nextCheckAt ?? 0) - now
  }

  test('is an interval later at first', () => {
    expect((failed(before).state.nextCheckAt ?? 0) - now).toBe(interval)
  })

  test('backs off with the length of the outage', () => {
    expect(retryIn(seconds(12))).toBe(seconds(12))
    expect(retryIn(seconds(20))).toBe(seconds(20))
  })

  test('does so while a plugin is left alone, too', () => {
    const at = state('Progressing', { trouble: out(seconds(20), 'PLUGIN_SUSPENDED') })
    const suspended = after(at, { readings: check(at, failure('PLUGIN_SUSPENDED')) })

    expect((suspended.state.nextCheckAt ?? 0) - now).toBe(seconds(20))
  })

  test('is never more than 30 s away', () => {
    expect(retryIn(seconds(4000))).toBe(seconds(30))
  })

  test('keeps to an interval that is longer than that', () => {
    expect(retryIn(seconds(4000), { interval: 120 })).toBe(seconds(120))
  })

  const throttled = (retryAfterMs: number): Reading => ({
    error: { code: 'METRIC_THROTTLED', message: 'too many queries', retryAfterMs },
    at: now,
  })
  const pauseAfter = (reading: Reading) =>
    (after(before, { readings: check(before, reading) }).state.nextCheckAt ?? 0) - now

  test('is not before the provider allows it', () => {
    expect(pauseAfter(throttled(seconds(90)))).toBe(seconds(90))
  })

  test('is not sooner than an interval later, however soon the provider allows it', () => {
    expect(pauseAfter(throttled(1))).toBe(interval)
  })

  test('is an hour later at most, whatever the provider asks for', () => {
    expect(pauseAfter(throttled(seconds(1_767_323_045)))).toBe(seconds(3600))
  })

  test('does not back off for a metric without data: it is no outage', () => {
    const silent = state('Progressing', { trouble: out(seconds(4000), 'no_data') })

    expect(after(silent, { readings: check(silent, null) }).state.nextCheckAt).toBe(now + interval)
  })
})

describe('Beside a metric that fails', () => {
  const two = policy({
    metrics: [
      { name: 'errors', metric: 'errors()', deviation: 0.5 },
      { name: 'latency', metric: 'latency()', deviation: 20 },
    ],
  })
  const both = state('Progressing', {
    policy: two,
    metrics: { ...before.metrics, latency: { name: 'latency', allowed: 20, baseline: 80, verdict: 'healthy' } },
  })

  test('an unhealthy one still acts', () => {
    const readings = check(both, 0, { metrics: { errors: { metric: failure() }, latency: { metric: value(200) } } })

    const decision = after(both, { readings })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { metric: 'latency' } })
  })

  test('a healthy one does not hide the failure', () => {
    const readings = check(both, 0, { metrics: { errors: { metric: failure() }, latency: { metric: value(80) } } })

    const decision = after(both, { readings })

    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', metric: 'errors' })
    expect(decision.state.metrics.latency).toMatchObject({ verdict: 'healthy', reading: 80 })
  })
})

describe('After an outage', () => {
  test('the first check counts: an unhealthy one acts', () => {
    const outage = state('Progressing', { trouble: out(seconds(90)) })

    expect(after(outage, { readings: sick(outage) }).state.phase).toBe('RollingBack')
  })
})
