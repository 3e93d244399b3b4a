import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeOf } from './errors.js'
import { definePolicy, type MetricSpec, type PolicySpec } from './policy.js'

const short = { metric: 'errors()', deviation: 0.5, increment: 1, interval: 5, ifUnhealthy: 'rollback' } as const
const { metric: _, deviation: __, ...frame } = short
const errors: MetricSpec = { name: 'errors', metric: 'errors()', deviation: 0.5 }
const long = (...metrics: unknown[]) => ({ ...frame, metrics }) as PolicySpec

const thrownBy = (spec: unknown): unknown => {
  try {
    return definePolicy(spec as PolicySpec) && undefined
  } catch (error) {
    return error
  }
}

describe('The short form', () => {
  test('is one metric called metric, and every default', () => {
    expect(definePolicy(short)).toEqual({
      rules: [
        { name: 'metric', query: 'errors()', deviation: 0.5, direction: 'either', noData: 'zero', baseline: 'once' },
      ],
      increment: 1,
      intervalMs: 5000,
      ifUnhealthy: 'rollback',
      failures: 1,
      settleMs: 0,
      trafficLimit: 100,
      atLimit: 'promote',
      paused: false,
      stuckAfterMs: 1_800_000,
      propagationMs: 5000,
      mode: 'act',
    })
  })

  test('takes every option of a metric', () => {
    const options = {
      direction: 'increase',
      noData: 'unhealthy',
      baselineMetric: 'errors(v1)',
      baseline: 'each_check',
      provider: 'main',
    } as const

    expect(definePolicy({ ...short, ...options }).rules).toEqual([
      {
        name: 'metric',
        query: 'errors()',
        deviation: 0.5,
        direction: 'increase',
        noData: 'unhealthy',
        baselineQuery: 'errors(v1)',
        baseline: 'each_check',
        provider: 'main',
      },
    ])
  })

  test('is plain JSON', () => {
    const policy = definePolicy(short)

    expect(JSON.parse(JSON.stringify(policy))).toStrictEqual(policy)
  })
})

describe('metrics[]', () => {
  test('holds on no data by default: only the short form knows that silence is a zero', () => {
    expect(definePolicy(long(errors)).rules[0]?.noData).toBe('hold')
  })

  test('shares what the policy says of all, and each may say otherwise', () => {
    const latency: MetricSpec = {
      name: 'latency',
      metric: 'latency()',
      deviation: 20,
      provider: 'other',
      noData: 'hold',
    }

    const { rules } = definePolicy({
      ...long(errors, latency),
      provider: 'main',
      noData: 'unhealthy',
      direction: 'increase',
    })

    expect(rules).toMatchObject([
      { name: 'errors', provider: 'main', noData: 'unhealthy', direction: 'increase' },
      { name: 'latency', provider: 'other', noData: 'hold', direction: 'increase' },
    ])
  })

  test('may be ten', () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ ...errors, name: `m${i}` }))

    expect(definePolicy(long(...ten)).rules).toHaveLength(10)
  })
})

describe('Defaults that depend', () => {
  test('a passed check at a limit below 100 holds, unless the policy says promote', () => {
    expect(definePolicy({ ...short, trafficLimit: 99 }).atLimit).toBe('hold')
    expect(definePolicy({ ...short, trafficLimit: 99, atLimit: 'promote' }).atLimit).toBe('promote')
    expect(definePolicy({ ...short, atLimit: 'hold' }).atLimit).toBe('hold')
  })

  test('traffic is asked of the provider that the policy names', () => {
    const traffic = { metric: 'requests()', atLeast: 50 }

    expect(definePolicy({ ...short, traffic }).traffic).toEqual({ query: 'requests()', atLeast: 50 })
    expect(definePolicy({ ...short, traffic, provider: 'main' }).traffic?.provider).toBe('main')
  })
})

describe('A bound', () => {
  const allowed: [keyof PolicySpec, number, number][] = [
    ['increment', 1, 10],
    ['interval', 1, 600],
    ['failures', 1, 10],
    ['trafficLimit', 1, 100],
    ['settle', 0, 3600],
    ['stuckAfter', 60, 86_400],
    ['propagation', 0, 300],
  ]
  test.each(allowed)('%s: %d to %d are accepted, one beyond is not', (field, least, most) => {
    expect(thrownBy({ ...short, [field]: least })).toBeUndefined()
    expect(thrownBy({ ...short, [field]: most })).toBeUndefined()
    expect(thrownBy({ ...short, [field]: least - 1 })).toMatchObject({ field, value: least - 1 })
    expect(thrownBy({ ...short, [field]: most + 1 })).toMatchObject({ field, value: most + 1 })
  })

  test.each(['increment', 'interval', 'failures', 'trafficLimit'])('%s is a whole number', field => {
    expect(thrownBy({ ...short, [field]: 1.5 })).toMatchObject({
      code: 'POLICY_INVALID',
      field,
      expected: expect.stringContaining('whole number'),
    })
  })

  test.each(['settle', 'stuckAfter', 'propagation'])('%s may be a fraction', field => {
    expect(thrownBy({ ...short, [field]: 60.5 })).toBeUndefined()
  })
})

describe('A policy that can not be used is refused with the field and what is allowed', () => {
  const bad: [string, unknown, RegExp][] = [
    ['policy', null, /an object/],
    ['policy', 'rollback', /an object/],
    ['metric', { ...short, metric: undefined }, /text/],
    ['metric', { ...short, metric: '  ' }, /text/],
    ['deviation', { ...short, deviation: undefined }, />= 0/],
    ['deviation', { ...short, deviation: -0.1 }, />= 0/],
    ['deviation', { ...short, deviation: Number.NaN }, />= 0/],
    ['deviation', { ...short, deviation: Number.POSITIVE_INFINITY }, />= 0/],
    ['deviation', { ...short, deviation: '0.5' }, />= 0/],
    ['increment', { ...short, increment: undefined }, /from 1 to 10/],
    ['increment', { ...short, increment: '1' }, /from 1 to 10/],
    ['interval', { ...short, interval: undefined }, /from 1 to 600/],
    ['ifUnhealthy', { ...short, ifUnhealthy: undefined }, /freeze, rollback/],
    ['ifUnhealthy', { ...short, ifUnhealthy: 'explode' }, /freeze, rollback/],
    ['direction', { ...short, direction: 'up' }, /either, increase, decrease/],
    ['noData', { ...short, noData: 'ignore' }, /zero, hold, unhealthy/],
    ['baseline', { ...short, baseline: 'often' }, /once, each_check/],
    ['baselineMetric', { ...short, baselineMetric: '' }, /text/],
    ['baselineMetric', { ...short, baseline: 'each_check' }, /query/],
    ['provider', { ...short, provider: 7 }, /text/],
    ['atLimit', { ...short, atLimit: 'abort' }, /hold, promote/],
    ['paused', { ...short, paused: 'yes' }, /true or false/],
    ['mode', { ...short, mode: 'dry' }, /act, observe/],
    ['traffic', { ...short, traffic: null }, /an object/],
    ['traffic.metric', { ...short, traffic: { atLeast: 1 } }, /text/],
    ['traffic.atLeast', { ...short, traffic: { metric: 'q', atLeast: -1 } }, />= 0/],
    ['metrics', long(), /1 to 10/],
    ['metrics', { ...frame, metrics: errors }, /1 to 10/],
    ['metrics', long(...Array.from({ length: 11 }, (_, i) => ({ ...errors, name: `m${i}` }))), /1 to 10/],
    ['metric', { ...long(errors), metric: 'errors()' }, /either `metric` and `deviation`, or `metrics`/],
    ['deviation', { ...long(errors), deviation: 1 }, /either `metric` and `deviation`, or `metrics`/],
    ['metrics[0]', long(null), /an object/],
    ['metrics[0].name', long({ ...errors, name: '' }), /text/],
    ['metrics[0].name', long({ ...errors, name: '__proto__' }), /not __proto__/],
    ['metrics[1].name', long(errors, errors), /unique/],
    ['metrics[1].metric', long(errors, { ...errors, name: 'b', metric: 1 }), /text/],
    ['metrics[1].deviation', long(errors, { ...errors, name: 'b', deviation: -1 }), />= 0/],
    ['metrics[0].direction', long({ ...errors, direction: 'up' }), /either/],
    ['metrics[0].noData', long({ ...errors, noData: 'ignore' }), /zero/],
    ['metrics[0].baseline', long({ ...errors, baseline: 'often' }), /once/],
    ['metrics[0].baselineMetric', long({ ...errors, baseline: 'each_check' }), /query/],
    ['metrics[0].provider', long({ ...errors, provider: '' }), /text/],
  ]
  test.each(bad)('%s', (field, spec, expected) => {
    expect(thrownBy(spec)).toMatchObject({ code: 'POLICY_INVALID', field, expected: expect.stringMatching(expected) })
  })

  test('in a message with field, value and what is allowed', () => {
    expect(thrownBy({ ...short, increment: 11 })).toMatchObject({
      message: 'increment is 11; it must be a whole number from 1 to 10',
    })
    expect(thrownBy({ ...short, interval: undefined })).toMatchObject({
      message: 'interval is missing; it must be a whole number from 1 to 600',
    })
  })

  test('whatever it is: never another error', () => {
    const field = fc.constantFrom(...Object.keys({ ...short, metrics: 0, traffic: 0, failures: 0, paused: 0, mode: 0 }))
    fc.assert(
      fc.property(field, fc.anything(), (key, value) => {
        const error = thrownBy({ ...short, [key]: value })
        expect(error === undefined ? 'POLICY_INVALID' : codeOf(error)).toBe('POLICY_INVALID')
      }),
      { seed: 1 },
    )
  })

  test('whatever is in the list of metrics: never another error', () => {
    fc.assert(
      fc.property(fc.array(fc.anything(), { maxLength: 3 }), metrics => {
        const error = thrownBy({ ...frame, metrics })
        expect(error === undefined ? 'POLICY_INVALID' : codeOf(error)).toBe('POLICY_INVALID')
      }),
      { seed: 1 },
    )
  })
})
