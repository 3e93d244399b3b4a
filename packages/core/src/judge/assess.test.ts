import { describe, expect, test } from 'vitest'
import { check, failure, policy, state, value } from '../../test/builders.js'
import type { PolicySpec } from '../policy.js'
import type { CheckReadings } from '../snapshot.js'
import { assess } from './assess.js'

const errors = { name: 'errors', metric: 'errors()', deviation: 0.5 }
const latency = { name: 'latency', metric: 'latency()', deviation: 20 }
const before = state('Progressing', {
  metrics: {
    errors: { name: 'errors', allowed: 0.5, baseline: 1, reading: 1.1, verdict: 'healthy', at: 5, memory: true },
    latency: { name: 'latency', allowed: 20, baseline: 80, reading: 85, verdict: 'healthy', at: 5, memory: true },
  },
})
const find = (
  metrics: CheckReadings['metrics'],
  spec: Partial<PolicySpec> = {},
  overrides: Partial<CheckReadings> = {},
) => assess(policy({ metrics: [errors, latency], ...spec }), before, check(before, 0, { metrics, ...overrides }))

describe('An assessment', () => {
  test('names the metric that its verdict rests on, with the numbers', () => {
    expect(find({ errors: { metric: value(1) }, latency: { metric: value(150) } })).toMatchObject({
      verdict: 'unhealthy',
      name: 'latency',
      numbers: { reading: 150, baseline: 80, allowed: 20 },
    })
  })

  test('names the first of several that are equally bad', () => {
    expect(find({ errors: { metric: value(9) }, latency: { metric: value(150) } })?.name).toBe('errors')
  })

  test('keeps reading, baseline, allowance, verdict and time of each', () => {
    const assessment = find({ errors: { metric: value(1.25) }, latency: { metric: failure() } })

    expect(assessment?.metrics.errors).toMatchObject({
      name: 'errors',
      allowed: 0.5,
      reading: 1.25,
      baseline: 1,
      verdict: 'healthy',
      at: value(0).at,
      memory: true,
    })
    expect(assessment?.metrics.latency).toMatchObject({ baseline: 80, verdict: 'inconclusive', memory: true })
    expect(assessment?.metrics.latency?.reading).toBeUndefined()
  })

  test('is not made before everything that could change it has arrived', () => {
    expect(find({})).toBeUndefined()
    expect(find({ errors: { metric: value(1) } })).toBeUndefined()
    expect(find({ errors: { metric: failure() } })).toBeUndefined()
  })

  test('is made at once when one metric is unhealthy', () => {
    expect(find({ latency: { metric: value(150) } })?.verdict).toBe('unhealthy')
  })

  test('made at once keeps what is known of the metrics that it did not wait for', () => {
    expect(find({ latency: { metric: value(150) } })?.metrics.errors).toEqual(before.metrics.errors)
  })

  test('waits for the other half of a metric that is compared at each check', () => {
    const spec = { metrics: [{ ...latency, baseline: 'each_check' as const, baselineMetric: 'latency(v1)' }] }

    expect(find({ latency: { metric: value(150) } }, spec)).toBeUndefined()
    expect(find({ latency: { baseline: value(140) } }, spec)).toBeUndefined()
    expect(find({ latency: { metric: value(150), baseline: value(140) } }, spec)?.verdict).toBe('healthy')
  })
})

describe('The trouble of an assessment', () => {
  test('is the code of an error, and why else a metric can not be judged', () => {
    const assessment = find({ errors: { metric: failure('METRIC_TIMEOUT') }, latency: { metric: value(null) } })

    expect(assessment?.trouble).toMatchObject({
      errors: { code: 'METRIC_TIMEOUT', detail: expect.stringContaining('ECONNREFUSED') },
      latency: { code: 'no_data' },
    })
  })

  test('is empty when all can be judged, whatever the verdict', () => {
    expect(find({ errors: { metric: value(9) }, latency: { metric: value(80) } })?.trouble).toEqual({})
  })

  test('is the error of the baseline, where that is what failed', () => {
    const spec = { metrics: [{ ...latency, baseline: 'each_check' as const, baselineMetric: 'latency(v1)' }] }

    expect(find({ latency: { metric: value(80), baseline: failure('METRIC_TIMEOUT') } }, spec)?.trouble).toMatchObject({
      latency: { code: 'METRIC_TIMEOUT' },
    })
  })
})

describe('Too little traffic', () => {
  const traffic = { metric: 'requests()', atLeast: 50 }
  const all = { errors: { metric: value(9) }, latency: { metric: value(80) } }

  test('makes every metric inconclusive', () => {
    const assessment = find(all, { traffic }, { traffic: value(49) })

    expect(assessment).toMatchObject({ verdict: 'inconclusive', numbers: { cause: 'low_traffic', reading: 9 } })
    expect(Object.keys(assessment?.trouble ?? {})).toEqual(['errors', 'latency'])
  })

  test('is not known before it was measured', () => {
    expect(find(all, { traffic })).toBeUndefined()
  })
})
