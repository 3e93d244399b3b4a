import { describe, expect, it } from 'vitest'
import { sampleOf } from './sample.js'

const vector = (...result: unknown[]) => sampleOf({ resultType: 'vector', result })
const point = (text: string) => ({ metric: {}, value: [1767323045.25, text] })
const refusal = (read: () => unknown): unknown => {
  try {
    return read()
  } catch (error) {
    return error
  }
}

describe('The number in an answer', () => {
  it('is the value of the only series, with its time in milliseconds.', () => {
    expect(vector(point('0.25'))).toEqual({ value: 0.25, at: 1767323045250 })
  })

  it('is a scalar just as well.', () => {
    expect(sampleOf({ resultType: 'scalar', result: [1767323045, '7'] })).toEqual({ value: 7, at: 1767323045000 })
  })

  it.each([
    ['0', 0],
    ['-0.5', -0.5],
    ['1e+09', 1e9],
    ['4.9e-324', 5e-324],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
  ])('is read as Prometheus writes it: %s.', (text, value) => {
    expect(vector(point(text)).value).toBe(value)
  })

  it('is null when there is no series.', () => {
    expect(vector()).toEqual({ value: null })
  })

  it('is null when it is NaN, e.g. zero errors of zero requests.', () => {
    expect(vector(point('NaN'))).toMatchObject({ value: null })
  })

  it.each(['+Inf', '-Inf', 'Inf'])('is not %s: that is neither no data nor a number to compare.', text => {
    expect(refusal(() => vector(point(text)))).toMatchObject({
      code: 'METRIC_NOT_A_NUMBER',
      message: expect.stringContaining(text),
    })
  })

  it('is not chosen among several series; the labels in which they differ are named.', () => {
    const series = (pod: string, zone: string) => ({ metric: { job: 'aleph', pod, zone }, value: [1, '1'] })

    const error = refusal(() => vector(series('a', 'x'), series('b', 'x'), series('c', 'y')))

    expect(error).toMatchObject({
      code: 'METRIC_SEVERAL_SERIES',
      message:
        'the query returned 3 series, which differ in pod, zone, where one number is needed; aggregate them, e.g. sum(...)',
    })
  })

  it('is not chosen among several series without labels either.', () => {
    const error = refusal(() => vector({ value: [1, '1'] }, { value: [1, '2'] }))

    expect(error).toMatchObject({ code: 'METRIC_SEVERAL_SERIES' })
  })

  it('is not in a range: the message says what to do with one.', () => {
    const error = refusal(() => sampleOf({ resultType: 'matrix', result: [] }))

    expect(error).toMatchObject({ code: 'METRIC_NOT_A_NUMBER', message: expect.stringContaining('rate()') })
  })

  it('is not in a text, nor in a type that is not known.', () => {
    const types = ['string', 'streams', undefined]

    const errors = types.map(resultType => refusal(() => sampleOf({ resultType, result: [1, '5'] })))

    expect(errors).toMatchObject(types.map(() => ({ code: 'METRIC_NOT_A_NUMBER' })))
  })

  it('is not in a native histogram: the message says what to do with one.', () => {
    const error = refusal(() => vector({ metric: {}, histogram: [1, { count: '5' }] }))

    expect(error).toMatchObject({ code: 'METRIC_NOT_A_NUMBER', message: expect.stringContaining('histogram_quantile') })
  })

  it.each([
    ['no value', { metric: {} }],
    ['a number instead of a text', { value: [1, 5] }],
    ['an empty text, which would count as 0', { value: [1, ''] }],
    ['some other text', { value: [1, 'five'] }],
    ['nothing at all', null],
  ])('is not guessed from a value of another shape: %s.', (_, element) => {
    expect(refusal(() => vector(element))).toMatchObject({ code: 'METRIC_BAD_ANSWER' })
  })
})
