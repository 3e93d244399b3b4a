import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MetricRule } from '../policy.js'
import type { Reading } from '../ports.js'
import { deviation } from './deviation.js'

const rule = (overrides: Partial<MetricRule> = {}): MetricRule => ({
  name: 'errors',
  query: 'errors()',
  deviation: 0.5,
  direction: 'either',
  noData: 'hold',
  baseline: 'once',
  ...overrides,
})
const at = 1000
const value = (number: number | null): Reading => ({ value: number, at })
const error: Reading = { error: { code: 'METRIC_TIMEOUT', message: 'no answer within 10 s' }, at }
const context = { weight: 20, window: 10_000 }

const judge = (
  metric: Reading,
  baseline?: Reading,
  overrides: Partial<MetricRule> = {},
  memory: boolean | undefined = true,
) => deviation(rule(overrides), { metric, baseline }, context, memory)

describe('deviation', () => {
  test('compares with the baseline and gives the numbers', () => {
    expect(judge(value(1.2), value(1))).toMatchObject({
      verdict: 'healthy',
      numbers: { reading: 1.2, baseline: 1, allowed: 0.5 },
    })
    expect(judge(value(2), value(1))).toMatchObject({
      verdict: 'unhealthy',
      numbers: { reading: 2, baseline: 1, allowed: 0.5 },
    })
  })

  test('takes no data of production for a zero, though the canary had data', () => {
    expect(judge(value(9), value(null), { noData: 'zero' })).toMatchObject({
      verdict: 'unhealthy',
      numbers: { reading: 9, baseline: 0 },
    })
  })

  test.each([
    ['either', 1.5, 'healthy'],
    ['either', 1.75, 'unhealthy'],
    ['either', 0.25, 'unhealthy'],
    ['increase', 1.75, 'unhealthy'],
    ['increase', 0.25, 'healthy'],
    ['decrease', 1.75, 'healthy'],
    ['decrease', 0.25, 'unhealthy'],
  ] as const)('watching %s, %d against 1 is %s', (direction, reading, verdict) => {
    expect(judge(value(reading), value(1), { direction }).verdict).toBe(verdict)
  })

  test('calls a decrease an improvement only where both directions are watched', () => {
    const improved = (reading: number, direction: MetricRule['direction']) =>
      judge(value(reading), value(1), { direction }).numbers.improved ?? false

    expect(improved(0, 'either')).toBe(true)
    expect(improved(2, 'either')).toBe(false)
    expect(improved(0, 'decrease')).toBe(false)
    expect(improved(0.9, 'either')).toBe(false)
  })

  test('works at and around zero, and below', () => {
    expect(judge(value(0), value(0), { deviation: 0 }).verdict).toBe('healthy')
    expect(judge(value(-0), value(0), { deviation: 0 }).verdict).toBe('healthy')
    expect(judge(value(-2), value(-1)).verdict).toBe('unhealthy')
  })

  test('mirrors: what is an increase of a metric is a decrease of its negative', () => {
    const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1e9, noNaN: true }), (reading, base, allowed) => {
        const up = judge(value(reading), value(base), { deviation: allowed, direction: 'increase' }).verdict
        const down = judge(value(-reading), value(-base), { deviation: allowed, direction: 'decrease' }).verdict
        const both = judge(value(reading), value(base), { deviation: allowed }).verdict
        expect(up).toBe(down)
        expect(both === 'healthy' && up === 'unhealthy').toBe(false)
      }),
      { seed: 1 },
    )
  })
})

describe('Without a reading', () => {
  test('an error is inconclusive, whatever no_data says', () => {
    const verdict = {
      verdict: 'inconclusive',
      numbers: { cause: 'error', detail: 'no answer within 10 s', allowed: 0.5 },
    }

    expect(judge(error, value(1))).toMatchObject(verdict)
    expect(judge(error, value(1), { noData: 'zero' }, false)).toMatchObject(verdict)
    expect(judge(error, value(1), { noData: 'unhealthy' })).toMatchObject(verdict)
  })

  test('no_data: hold is inconclusive', () => {
    expect(judge(value(null), value(1))).toMatchObject({ verdict: 'inconclusive', numbers: { cause: 'no_data' } })
  })

  test('no_data: unhealthy is unhealthy, and shows the baseline', () => {
    expect(judge(value(null), value(1), { noData: 'unhealthy' })).toMatchObject({
      verdict: 'unhealthy',
      numbers: { baseline: 1, allowed: 0.5 },
    })
  })

  test('no_data: zero is a zero before the first data, and inconclusive afterwards', () => {
    expect(judge(value(null), value(0), { noData: 'zero' }, false)).toMatchObject({
      verdict: 'healthy',
      numbers: { reading: 0 },
    })
    expect(judge(value(null), value(0), { noData: 'zero' }, true)).toMatchObject({
      verdict: 'inconclusive',
      numbers: { cause: 'no_data' },
    })
  })
})

describe('Without a baseline', () => {
  test('nothing can be compared', () => {
    expect(judge(value(9))).toMatchObject({ verdict: 'inconclusive', numbers: { reading: 9, cause: 'no_baseline' } })
    expect(judge(value(9), value(null))).toMatchObject({ verdict: 'inconclusive', numbers: { cause: 'no_baseline' } })
  })

  test('an error on the way to it keeps its own words', () => {
    expect(judge(value(9), error).numbers).toMatchObject({ cause: 'no_baseline', detail: 'no answer within 10 s' })
  })
})

describe('The memory', () => {
  test.each([
    ['a number', value(0), undefined, true],
    ['no data', value(null), undefined, false],
    ['an error', error, undefined, false],
    ['no data, after data', value(null), true, true],
    ['an error, after data', error, true, true],
  ])('after %s knows whether the metric has ever had data', (_, metric, before, memory) => {
    const { memory: after } = deviation(rule({ noData: 'zero' }), { metric, baseline: value(0) }, context, before)

    expect(after).toBe(memory)
  })

  test('is not moved by a zero that only stands for no data', () => {
    expect(judge(value(null), value(0), { noData: 'zero' }, false).memory).toBe(false)
  })
})
