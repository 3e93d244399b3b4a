import { BirdWatchError } from '@birdwatch/core'
import { expect, describe as group, it } from 'vitest'
import { assertCoded, assertEqual, assertJson, codesOf, Finding, given, offered, rejection } from './assert.js'
import { describe } from './describe.js'
import { patience } from './patience.js'

group('assertEqual', () => {
  it.each([
    [1, 1],
    [Number.NaN, Number.NaN],
    [undefined, undefined],
    [
      { a: 1, b: [2, null] },
      { b: [2, null], a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
  ])('takes %j for equal to %j, as JSON does.', (seen, expected) => {
    expect(() => assertEqual('it', seen, expected)).not.toThrow()
  })

  it.each([
    [1, '1'],
    [0, null],
    [Number.NaN, null],
    [null, undefined],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
  ])('tells %j from %j.', (seen, expected) => {
    expect(() => assertEqual('it', seen, expected)).toThrow(Finding)
  })
})

group('assertJson', () => {
  it.each(['text', 0, true, null, [], { a: [{ b: null }] }, { a: undefined }].map(value => [value]))(
    'takes %j for plain JSON.',
    value => {
      expect(() => assertJson('it', value)).not.toThrow()
    },
  )

  it.each([
    ['a map', new Map()],
    ['a date', new Date(0)],
    ['an error', new Error('no')],
    ['a function', () => {}],
    ['NaN', [Number.NaN]],
    ['an infinite number', { a: Number.POSITIVE_INFINITY }],
    ['a big integer', 1n],
    ['nothing in a list', [undefined]],
    ['an instance', new (class Handle {})()],
  ])('finds out %s.', (_, value) => {
    expect(() => assertJson('it', value)).toThrow(Finding)
  })
})

group('assertCoded', () => {
  it('takes an error of another copy of the catalogue: what counts is the code.', () => {
    const foreign = { code: 'TRAFFIC_STALE', retryable: true, message: 'it moved on' }

    expect(() => assertCoded('shift', foreign, codesOf('TRAFFIC_'))).not.toThrow()
  })

  it.each([
    ['another code', new BirdWatchError('TRAFFIC_STALE', 'it moved on')],
    ['no code', new Error('it moved on')],
    ['nothing', undefined],
    ['a text', 'METRIC_TIMEOUT'],
  ])('finds out %s.', (_, error) => {
    expect(() => assertCoded('query', error, ['METRIC_TIMEOUT'])).toThrow(Finding)
  })
})

group('rejection', () => {
  it('is the error, also when that is undefined.', async () => {
    expect(await rejection('it', Promise.reject(undefined))).toBeUndefined()
  })

  it('finds out a promise that resolves, and to what.', async () => {
    await expect(rejection('it', Promise.resolve({ value: 1 }))).rejects.toThrow('saw it resolve to {"value":1}')
  })
})

group('What a rule needs', () => {
  it('is handed on when it is there, null included.', () => {
    expect([given(0, 'a'), given(null, 'b'), offered('', 'c')]).toEqual([0, null, ''])
  })

  it('is named when it is missing, with both ways out.', () => {
    expect(() => given(undefined, 'hang')).toThrow(
      /without `hang`.*`hang` in the fixture, or this rule in `exceptions`/,
    )
    expect(() => offered(undefined, 'token')).toThrow(/no `token`.*or this rule in `exceptions`/)
  })
})

group('Patience', () => {
  it('hands on what comes in time, result or error.', async () => {
    expect(await patience(60_000)('it', Promise.resolve(1))).toBe(1)
    await expect(patience(60_000)('it', Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('ends, and says what was waited for.', async () => {
    await expect(patience(1)('the query', new Promise(() => {}))).rejects.toThrow(
      'the query still unanswered after 1 ms',
    )
  })
})

group('describe', () => {
  it.each([
    ['an error by its code', new BirdWatchError('METRIC_TIMEOUT', 'late'), 'BirdWatchError METRIC_TIMEOUT: late'],
    ['an error without one', new TypeError('no'), 'TypeError: no'],
    ['numbers that JSON has not', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['nothing', undefined, 'undefined'],
    ['a function', () => {}, 'a function'],
    ['JSON with its keys in order', { b: 1, a: 'x' }, '{"a":"x","b":1}'],
  ])('tells %s.', (_, value, text) => {
    expect(describe(value)).toBe(text)
  })

  it('survives what refers to itself.', () => {
    const cycle: { self?: unknown } = {}
    cycle.self = cycle

    expect(describe(cycle)).toBe('[object Object]')
  })
})
