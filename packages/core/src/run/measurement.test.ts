import { type MetricScript, scriptedMetrics } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '../clock.js'
import { BirdWatchError } from '../errors.js'
import { definePolicy, type PolicySpec } from '../policy.js'
import { Measurement, type MeasurementOptions } from './measurement.js'

const outage = new BirdWatchError('METRIC_UNREACHABLE', 'the provider is down, as scripted')
const asked = { metric: 'canary errors', deviation: 1, increment: 5, interval: 60, ifUnhealthy: 'rollback' } as const

interface Setting {
  readonly spec?: Partial<PolicySpec>
  readonly scripts: Record<string, MetricScript>
  readonly lagMs?: number
  readonly options?: Partial<MeasurementOptions>
}

async function measure({ spec, scripts, lagMs, options }: Setting) {
  const clock = new SimulatedClock(50_000)
  const provider = scriptedMetrics(scripts, lagMs === undefined ? {} : { lagMs })
  let changes = 0
  const measurement = new Measurement({
    policy: definePolicy({ ...asked, ...spec }),
    purpose: 'check',
    step: 7,
    generation: 3,
    from: 40_000,
    provider: () => provider,
    clock,
    timeoutMs: 10_000,
    changed: () => {
      changes++
    },
    ...options,
  })
  await clock.advance(0)
  return { clock, measurement, provider, changes: () => changes }
}

describe('a measurement', () => {
  test('brings a value for each metric, bound to the step, the generation and the moment of its beginning', async () => {
    const { measurement } = await measure({ scripts: { 'canary errors': 0.25 } })

    expect(measurement.readings).toEqual({
      step: 7,
      purpose: 'check',
      generation: 3,
      startedAt: 50_000,
      endedAt: 50_000,
      metrics: { metric: { metric: { value: 0.25, at: 50_000 } } },
    })
  })

  test('keeps how long a provider asks to be left alone', async () => {
    const busy = new BirdWatchError('METRIC_THROTTLED', 'too many queries', { retryAfterMs: 42_000 })
    const { measurement } = await measure({ scripts: { 'canary errors': busy } })

    expect(measurement.readings.metrics.metric?.metric).toMatchObject({
      error: { code: 'METRIC_THROTTLED', retryAfterMs: 42_000 },
    })
  })

  test('asks at the moment for which the provider has data, and says since when the weight is in effect', async () => {
    const { measurement, provider } = await measure({ scripts: { 'canary errors': 0 }, lagMs: 2000 })

    expect(provider.queries).toEqual([expect.objectContaining({ at: 48_000, from: 40_000 })])
    expect(measurement.readings.metrics.metric).toEqual({ metric: { value: 0, at: 48_000 } })
  })

  test('keeps the moment that the provider itself names', async () => {
    const { measurement } = await measure({ scripts: { 'canary errors': { value: 1, at: 47_123 } } })

    expect(measurement.readings.metrics.metric).toEqual({ metric: { value: 1, at: 47_123 } })
  })

  test.each([null, Number.NaN, Number.POSITIVE_INFINITY])('takes %s for no data', async value => {
    const { measurement } = await measure({ scripts: { 'canary errors': { value } } })

    expect(measurement.readings.metrics.metric).toEqual({ metric: { value: null, at: 50_000 } })
  })

  test('keeps an error by its code', async () => {
    const { measurement } = await measure({ scripts: { 'canary errors': outage } })

    expect(measurement.readings.metrics.metric).toMatchObject({ metric: { error: { code: 'METRIC_UNREACHABLE' } } })
  })

  test('counts what a stranger throws as an outage', async () => {
    const { measurement } = await measure({ scripts: { 'canary errors': new TypeError('fetch failed') } })

    expect(measurement.readings.metrics.metric).toMatchObject({ metric: { error: { code: 'METRIC_UNREACHABLE' } } })
  })

  test('counts a provider that is not configured as an outage', async () => {
    const provider = () => {
      throw new Error('there is no provider of this name')
    }

    const { measurement } = await measure({ scripts: {}, options: { provider } })

    expect(measurement.readings).toMatchObject({
      endedAt: 50_000,
      metrics: { metric: { metric: { error: { code: 'METRIC_UNREACHABLE' } } } },
    })
  })

  test('gives up on a query that is silent, not on the others', async () => {
    const metrics = [
      { name: 'slow', metric: 'slow', deviation: 1 },
      { name: 'quick', metric: 'quick', deviation: 1 },
    ]
    const { increment, interval, ifUnhealthy } = asked
    const policy = definePolicy({ increment, interval, ifUnhealthy, metrics })
    const { clock, measurement } = await measure({ scripts: { slow: 'hang', quick: 1 }, options: { policy } })
    expect(measurement.readings).toMatchObject({ metrics: { quick: { metric: { value: 1 } } } })
    expect(measurement.readings.endedAt).toBeUndefined()

    await clock.advance(10_000)

    expect(measurement.readings).toMatchObject({
      endedAt: 60_000,
      metrics: { slow: { metric: { error: { code: 'METRIC_TIMEOUT' } } } },
    })
  })

  test('asks for the amount of traffic with a check, and not with a baseline', async () => {
    const spec = { traffic: { metric: 'requests', atLeast: 10 } }
    const scripts = { 'canary errors': 1, requests: 99 }

    const check = await measure({ spec, scripts })
    const baseline = await measure({ spec, scripts, options: { purpose: 'baseline' } })

    expect(check.measurement.readings.traffic).toEqual({ value: 99, at: 50_000 })
    expect(baseline.measurement.readings.traffic).toBeUndefined()
  })

  test('asks each metric of its own provider', async () => {
    const names: (string | undefined)[] = []
    const scripted = scriptedMetrics({ 'canary errors': 1 })
    const provider = (name?: string) => {
      names.push(name)
      return scripted
    }

    await measure({ spec: { provider: 'datadog' }, scripts: {}, options: { provider } })

    expect(names).toEqual(['datadog'])
  })

  test('says once for each reading that something has arrived, and with the last that it was the last', async () => {
    const spec = { traffic: { metric: 'requests', atLeast: 10 } }
    const { changes, measurement } = await measure({ spec, scripts: { 'canary errors': 1, requests: 99 } })

    expect(changes()).toBe(2)
    expect(measurement.readings.endedAt).toBe(50_000)
  })

  test('is silent and leaves no timer behind when it is stopped', async () => {
    const { changes, clock, measurement } = await measure({ scripts: { 'canary errors': 'hang' } })

    measurement.stop()
    await clock.advance(60_000)

    expect(changes()).toBe(0)
    expect(clock.next()).toBeUndefined()
  })
})

describe('which queries a measurement asks', () => {
  const scripts = { 'canary errors': 1, 'production errors': 2 }
  const asksFor = async (purpose: 'baseline' | 'check', spec: Partial<PolicySpec>) => {
    const { provider } = await measure({ spec, scripts, options: { purpose } })
    return provider.queries.map(({ expression }) => expression)
  }
  const other = { baselineMetric: 'production errors' }

  test('the baseline is the metric itself', async () => {
    expect(await asksFor('baseline', {})).toEqual(['canary errors'])
  })

  test('or another metric, measured once before the first increment', async () => {
    expect(await asksFor('baseline', other)).toEqual(['production errors'])
    expect(await asksFor('check', other)).toEqual(['canary errors'])
  })

  test('or measured with each check, at the same time', async () => {
    expect(await asksFor('check', { ...other, baseline: 'each_check' })).toEqual(['canary errors', 'production errors'])
  })
})
