import { describe, expect, test } from 'vitest'
import { BirdWatchError, codeOf, errorCatalogue } from './errors.js'

const codes = Object.keys(errorCatalogue) as (keyof typeof errorCatalogue)[]

describe('BirdWatchError', () => {
  test.each(codes)('%s knows whether trying again can help', code => {
    const error = new BirdWatchError(code, 'what was found')

    expect(error).toMatchObject({
      name: 'BirdWatchError',
      code,
      message: 'what was found',
      retryable: errorCatalogue[code].retryable,
    })
  })

  test('is an Error with a cause and a stack', () => {
    const cause = new Error('ECONNRESET')

    const error = new BirdWatchError('METRIC_UNREACHABLE', 'no answer', { cause })

    expect(error).toBeInstanceOf(Error)
    expect(error.cause).toBe(cause)
    expect(error.stack).toContain('errors.test.ts')
  })

  test('has no cause where there is none', () => {
    expect(new BirdWatchError('METRIC_TIMEOUT', 'late')).not.toHaveProperty('cause')
  })

  test('carries what a caller can act on', () => {
    const details = { retryAfterMs: 3000, field: 'interval', value: 0, expected: 'a whole number' }

    expect(new BirdWatchError('POLICY_INVALID', 'interval is 0', details)).toMatchObject(details)
  })
})

describe('codeOf', () => {
  test('recognises an error by its code, also one of another copy of this package', () => {
    const foreign = Object.assign(new Error('stale'), { code: 'TRAFFIC_STALE' })

    expect(codeOf(new BirdWatchError('STORE_CONFLICT', 'lost'))).toBe('STORE_CONFLICT')
    expect(codeOf(foreign)).toBe('TRAFFIC_STALE')
    expect(codeOf({ code: 'TRAFFIC_STALE' })).toBe('TRAFFIC_STALE')
  })

  test.each([
    ['another library’s code', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
    ['a number', { code: 409 }],
    ['a property of every object', { code: 'toString' }],
    ['no code', new Error('plain')],
    ['a text', 'TRAFFIC_STALE'],
    ['null', null],
    ['undefined', undefined],
  ])('does not recognise %s', (_, thrown) => {
    expect(codeOf(thrown)).toBeUndefined()
  })
})

describe('The catalogue', () => {
  test.each(codes)('%s is named after the port it comes from, and says what it means', code => {
    expect(code).toMatch(/^(POLICY|COMMAND|METRIC|TRAFFIC|NOTIFIER|STORE|PLUGIN)(_[A-Z]+)+$/)
    expect(errorCatalogue[code].meaning).toMatch(/^[A-Z].*\.$/)
  })
})
