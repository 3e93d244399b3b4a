import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestRangeMs } from './range.js'

const seconds = (expression: string) => longestRangeMs(expression) / 1000

describe('longestRangeMs', () => {
  it.each([
    ['up', 0],
    ['vector(1)', 0],
    ['', 0],
    ['irate(requests_total{code="500"}[30s])', 30],
    ['sum(rate(a[5m])) / sum(rate(b[2m]))', 300],
    ['sum(rate(a[2m])) / sum(rate(b[5m]))', 300],
    ['rate(a[1h30m])', 5400],
    ['rate(a[1d2h3m4s500ms])', 93784.5],
    ['rate(a[1w])', 604_800],
    ['rate(a[ 1m ])', 60],
    ['rate(a[300])', 300],
    ['histogram_quantile(0.99, sum by (le) (rate(latency_bucket[1m])))', 60],
  ])('is the longest range of %s: %s s.', (expression, expected) => {
    expect(seconds(expression)).toBe(expected)
  })

  it.each([
    ['max_over_time(up[1h:1m])', 3600],
    ['max_over_time(rate(a[5m])[1h:1m])', 3900],
    ['max_over_time(rate(a[5m])[1h:])', 3900],
    ['max_over_time((rate(a[5m]) + rate(b[10m]))[1h:])', 4200],
    ['max_over_time(deriv(rate(a[1m])[5m:10s])[10m:1m])', 960],
    ['rate(a[5m]) + max_over_time(b[1h:1m])', 3600],
  ])('adds a subquery to what it is applied to: %s is %s s.', (expression, expected) => {
    expect(seconds(expression)).toBe(expected)
  })

  it.each([
    ['rate(a[5m] offset 10m)', 900],
    ['a offset 1h', 3600],
    ['sum(rate(a[5m] offset 10m)) + rate(b[12m])', 900],
    ['rate(a[5m] OFFSET 10m)', 900],
    ['rate(a[5m] offset -10m)', 300],
    ['rate(a[5m] @ 1609746000)', 300],
    ['rate(a[5m] @ end() offset 1m)', 360],
  ])('adds an offset to what it is applied to: %s is %s s.', (expression, expected) => {
    expect(seconds(expression)).toBe(expected)
  })

  it.each([
    'a{path="/x[1h]"}',
    "a{path='[1h]'}",
    'a{path=`[1h]`}',
    'a{path="\\"[1h]"}',
    'a # rate(b[1h])',
    '# rate(b[1h])\na',
    '{"a.b", path=~"[1h]"}',
    'label_replace(a, "x", "[1h]", "", "")',
    'a{offset="1h"}',
  ])('sees no range in strings, comments and label matchers: %s.', expression => {
    expect(seconds(expression)).toBe(0)
  })

  it('goes on after strings, comments and label matchers.', () => {
    expect(seconds('sum(rate(a{path=~"/[a-z]+"}[1m])) # per second\n + rate(b{x="}"}[2m])')).toBe(120)
  })

  it.each(['rate(a[$__interval])', 'rate(a[5 minutes])', 'rate(a[5m * 2])', 'rate(a[])', 'a)[5x]'])(
    'counts what it can not understand as nothing: %s.',
    expression => {
      expect(seconds(expression)).toBe(0)
    },
  )

  it('never throws, and never is anything but a number of milliseconds.', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '(',
      ')',
      '{',
      '}',
      '"',
      '#',
      '\n',
      ':',
      '5m',
      ' offset ',
      'a',
      '-',
      '`',
      '1',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        const found = longestRangeMs(pieces.join(''))
        expect(Number.isFinite(found) && found >= 0).toBe(true)
      }),
    )
  })

  it('is quick on a long expression that nobody closed.', () => {
    expect(longestRangeMs(`${'(rate(a[1m])+'.repeat(5000)}"${'\\'.repeat(10_000)}`)).toBe(60_000)
  })
})
