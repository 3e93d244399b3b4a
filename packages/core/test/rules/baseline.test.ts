import { describe, expect, test } from 'vitest'
import {
  after,
  baseline,
  canaryHas,
  check,
  failure,
  interval,
  now,
  policy,
  seconds,
  state,
  told,
  underWay,
  value,
  writes,
} from '../builders.js'

const before = state('Baselining', { nextCheckAt: now })
const two = policy({
  metrics: [
    { name: 'errors', metric: 'errors()', deviation: 0.5 },
    { name: 'latency', metric: 'latency(canary)', deviation: 20, baselineMetric: 'latency(production)' },
  ],
})
const twoMetrics = { ...before, policy: two }
const eachCheck = policy({
  metrics: [
    {
      name: 'latency',
      metric: 'latency(canary)',
      deviation: 20,
      baselineMetric: 'latency(production)',
      baseline: 'each_check',
    },
  ],
})

describe('The baseline', () => {
  test('is the first reading at weight 0, kept for the whole rollout', () => {
    const decision = after(before, { readings: baseline(before, 1.25) })

    const found = { baseline: 1.25, reading: 1.25, verdict: 'healthy', allowed: 0.5, at: now - seconds(1) }
    expect(decision.state.metrics.errors).toMatchObject(found)
    expect(decision.used).toBe(true)
  })

  test('is measured when it is due, and not before', () => {
    expect(after(before).effects).toEqual([{ kind: 'measure', purpose: 'baseline' }])

    const later = after({ ...before, nextCheckAt: now + seconds(3) })
    expect(later.effects).toEqual([])
    expect(later.wakeAt).toBe(now + seconds(3))
  })

  test('is not asked for twice while its queries are under way', () => {
    const decision = after(before, { readings: baseline(before, 1, { ...underWay, metrics: {} }) })

    expect(decision.effects).toEqual([])
    expect(decision.used).toBe(false)
  })

  test('is taken when all its queries have ended, and not one by one', () => {
    expect(after(before, { readings: baseline(before, 1, underWay) }).state.phase).toBe('Baselining')
  })

  test('counts only while the canary is available', () => {
    const decision = after(before, { readings: baseline(before, 1), readiness: canaryHas(0) })

    expect(decision.state).toMatchObject({ phase: 'Baselining', metrics: {}, reason: { code: 'waiting_for_canary' } })
    expect(decision.used).toBe(true)
    expect(writes(decision)).toEqual([])
  })

  test('counts only when it was taken in this rollout', () => {
    const decision = after(before, { readings: baseline(before, 1, { step: before.step - 1 }) })

    expect(decision.state).toMatchObject({ phase: 'Baselining', metrics: {} })
    expect(decision.used).toBe(true)
  })

  test('is not what a check has brought', () => {
    const decision = after(before, { readings: check(before, 1) })

    expect(decision.state).toMatchObject({ phase: 'Baselining', metrics: {} })
    expect(decision.used).toBe(true)
  })

  test('stays what it was through every later check', () => {
    const progressing = state('Progressing')

    const decision = after(progressing, { readings: check(progressing, 1.4) })

    expect(decision.state.metrics.errors).toMatchObject({ baseline: 1, reading: 1.4 })
  })
})

describe('baseline_metric', () => {
  test('is where the baseline of its rule comes from', () => {
    const readings = baseline(before, 1, {
      metrics: { errors: { metric: value(1) }, latency: { baseline: value(80) } },
    })

    const decision = after(twoMetrics, { readings })

    expect(decision.state.phase).toBe('Progressing')
    expect(decision.state.metrics).toMatchObject({ errors: { baseline: 1 }, latency: { baseline: 80 } })
  })

  test('is not replaced by the metric itself when it has no data', () => {
    const readings = baseline(before, 1, {
      metrics: { errors: { metric: value(1) }, latency: { metric: value(95), baseline: value(null) } },
    })

    const decision = after(twoMetrics, { readings })

    expect(decision.state.phase).toBe('Baselining')
    expect(decision.state.metrics.latency?.baseline).toBeUndefined()
  })

  test('at each_check, too, is measured once before the first increment: a broken query raises nothing', () => {
    const decision = after({ ...before, policy: eachCheck })

    expect(decision.state.phase).toBe('Baselining')
    expect(decision.effects).toEqual([{ kind: 'measure', purpose: 'baseline' }])
  })

  test('at each_check is compared with what was measured at the same time', () => {
    const progressing = state('Progressing', { policy: eachCheck, metrics: {} })
    const metrics = { latency: { metric: value(130), baseline: value(115) } }

    const decision = after(progressing, { readings: check(progressing, 0, { metrics }) })

    expect(decision.state.metrics.latency).toMatchObject({ reading: 130, baseline: 115, verdict: 'healthy' })
  })

  test('at each_check holds while there is nothing to compare with', () => {
    const progressing = state('Progressing', { policy: eachCheck, metrics: {} })
    const metrics = { latency: { metric: value(130), baseline: failure() } }

    const decision = after(progressing, { readings: check(progressing, 0, { metrics }) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, reason: { code: 'holding_inconclusive' } })
    expect(writes(decision)).toEqual([])
  })
})

describe('Baselining without data', () => {
  const noData = after(before, { readings: baseline(before, null) })

  test('waits, names the metric and says what to do', () => {
    expect(noData.state.phase).toBe('Baselining')
    expect(noData.reason).toEqual({ code: 'waiting_for_data', cause: 'no_data', metric: 'errors' })
    expect(writes(noData)).toEqual([])
  })

  test('asks again after an interval', () => {
    expect(noData.state.nextCheckAt).toBe(now + interval)
    expect(noData.used).toBe(true)
  })

  test('goes on when the data comes', () => {
    const waiting = noData.state

    expect(after(waiting, { readings: baseline(waiting, 2) }).state.phase).toBe('Progressing')
  })

  test('takes no data for a zero where the rule says so', () => {
    const zero = policy({ metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.5, noData: 'zero' }] })

    const decision = after({ ...before, policy: zero }, { readings: baseline(before, null) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', metrics: { errors: { baseline: 0 } } })
  })

  test('keeps what one metric had, and waits for the other', () => {
    const metrics = { errors: { metric: value(1) }, latency: { baseline: value(null) } }
    const waiting = after(twoMetrics, { readings: baseline(before, 0, { metrics }) }).state

    const decision = after(waiting, {
      readings: baseline(waiting, 7, { metrics: { errors: { metric: value(7) }, latency: { baseline: value(80) } } }),
    })

    expect(waiting).toMatchObject({ phase: 'Baselining', reason: { code: 'waiting_for_data', metric: 'latency' } })
    expect(decision.state.metrics).toMatchObject({ errors: { baseline: 1 }, latency: { baseline: 80 } })
  })

  test('holds through an outage too, in the words of the error', () => {
    const decision = after(before, { readings: baseline(before, failure()) })

    expect(decision.state.phase).toBe('Baselining')
    expect(decision.reason).toMatchObject({ code: 'waiting_for_data', detail: expect.stringContaining('ECONNREFUSED') })
    expect(writes(decision)).toEqual([])
  })

  test('does not announce the waiting over and over', () => {
    const again = after(noData.state, { readings: baseline(noData.state, null) })

    expect(told(again, noData.state)).toEqual([])
  })
})
