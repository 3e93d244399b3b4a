import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Aggregation } from './options.js'
import { sampleOf } from './sample.js'

type Value = number | null

const points = (...values: Value[]) => values.map((value, i): [number, Value] => [10_000 * (i + 1), value])
const series = (pointlist: unknown, ...tagSet: string[]) => ({ pointlist, tagSet })
const sample = (pointlist: unknown, aggregation: Aggregation = 'avg', from?: number) =>
  sampleOf({ resType: 'time_series', series: [series(pointlist)] }, { aggregation, from })
const refusal = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    return error
  }
}

describe('The number in an answer', () => {
  it.each<[Aggregation, number]>([
    ['avg', 3],
    ['last', 2],
    ['max', 6],
    ['min', 1],
    ['sum', 9],
  ])('is the %s of the points, with the time of the last.', (aggregation, value) => {
    expect(sample(points(6, 1, 2), aggregation)).toEqual({ value, at: 30_000 })
  })

  it('does not count buckets without data.', () => {
    expect(sample(points(null, 4, null, 2, null))).toEqual({ value: 3, at: 40_000 })
    expect(sample(points(4, 2, null), 'last')).toEqual({ value: 2, at: 20_000 })
  })

  it('is told by time, not by the order of the points.', () => {
    expect(sample(points(1, 2, 3).reverse(), 'last')).toEqual({ value: 3, at: 30_000 })
  })

  it('may be 0, negative, and of one point.', () => {
    expect(sample(points(0))).toEqual({ value: 0, at: 10_000 })
    expect(sample(points(-2.5))).toEqual({ value: -2.5, at: 10_000 })
  })

  it('lies between the least and the greatest point when it is their average, to the last digits.', () => {
    const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), values => {
        const [least, average, greatest] = (['min', 'avg', 'max'] as const).map(how => sample(points(...values), how))

        expect(average?.value).toBeGreaterThanOrEqual((least?.value ?? 0) - 1e-6)
        expect(average?.value).toBeLessThanOrEqual((greatest?.value ?? 0) + 1e-6)
      }),
    )
  })

  it('is null when there is no series.', () => {
    expect(sampleOf({ resType: 'time_series', series: [] }, { aggregation: 'avg' })).toEqual({ value: null })
  })

  it('is null when there are no points, or none with data, however they are aggregated.', () => {
    expect(sample([])).toEqual({ value: null })
    expect(sample(points(null, null), 'sum')).toEqual({ value: null })
  })
})

describe('The points of the present weight', () => {
  it('are taken alone: older ones are of another weight.', () => {
    expect(sample(points(9, 9, 1, 3), 'avg', 30_000)).toEqual({ value: 2, at: 40_000 })
  })

  it('include the one that begins with the weight, not the one before it.', () => {
    expect(sample(points(5, 7), 'sum', 20_000)).toEqual({ value: 7, at: 20_000 })
    expect(sample(points(5, 7), 'sum', 19_999)).toEqual({ value: 7, at: 20_000 })
  })

  it('give way to older ones while there are none, e.g. after a restart of the process.', () => {
    expect(sample(points(1, 3, null), 'avg', 30_000)).toEqual({ value: 2, at: 20_000 })
  })
})

describe('No number', () => {
  it('is chosen among several series; the tags in which they differ are named.', () => {
    const several = [
      series(points(1), 'service:aleph', 'host:a', 'zone:x'),
      series(points(2), 'service:aleph', 'host:b', 'zone:x'),
      series([], 'service:aleph', 'host:c', 'zone:y'),
    ]

    expect(refusal(() => sampleOf({ series: several }, { aggregation: 'avg' }))).toMatchObject({
      code: 'METRIC_SEVERAL_SERIES',
      message:
        'the query returned 3 series, which differ in host, zone, where one number is needed; leave out `by {…}`, or ask one query',
    })
  })

  it('is chosen among several series without tags either.', () => {
    const several = [{ pointlist: points(1) }, { pointlist: points(1) }]

    expect(refusal(() => sampleOf({ series: several }, { aggregation: 'avg' }))).toMatchObject({
      code: 'METRIC_SEVERAL_SERIES',
      message: expect.stringMatching(/^the query returned 2 series, where/),
    })
  })

  it('is in something else than a series in time.', () => {
    expect(refusal(() => sampleOf({ resType: 'scalar', series: [] }, { aggregation: 'avg' }))).toMatchObject({
      code: 'METRIC_NOT_A_NUMBER',
    })
  })

  it('is infinite.', () => {
    expect(refusal(() => sample(points(Number.POSITIVE_INFINITY)))).toMatchObject({ code: 'METRIC_NOT_A_NUMBER' })
    expect(refusal(() => sample(points(1e308, 1e308), 'sum'))).toMatchObject({ code: 'METRIC_NOT_A_NUMBER' })
  })

  it.each([undefined, null, {}, 'series', [null]])(
    'is read from no list of series: %j is not the absence of data.',
    s => {
      expect(refusal(() => sampleOf({ series: s }, { aggregation: 'avg' }))).toMatchObject({
        code: 'METRIC_BAD_ANSWER',
        retryable: true,
      })
    },
  )

  it.each([[undefined], [null], ['points'], [[1, 2]], [[[1]]], [[[1, '2']]], [[['1', 2]]], [[null]]])(
    'is guessed from points of another shape: %j.',
    pointlist => {
      expect(refusal(() => sample(pointlist))).toMatchObject({ code: 'METRIC_BAD_ANSWER' })
    },
  )
})
