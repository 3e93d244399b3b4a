import { describe, expect, it } from 'vitest'
import { codeParts, span, stopwatch, timeOf } from '../../page/format.js'
import { hrefOf, listHref, routeOf } from '../../page/route.js'

describe('A span of time', () => {
  it.each([
    [-5, '0 s'],
    [0, '0 s'],
    [999, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [3_600_000, '1 h'],
    [86_400_000 * 12.5, '12 d'],
  ])('of %i ms is %s.', (ms, text) => expect(span(ms)).toBe(text))
})

describe('A countdown', () => {
  it.each([
    [-1, '0:00'],
    [1, '0:01'],
    [4000, '0:04'],
    [599_001, '10:00'],
    [3_600_000, '1:00:00'],
  ])('of %i ms shows %s.', (ms, text) => expect(stopwatch(ms)).toBe(text))
})

describe('A time', () => {
  const noon = new Date(2026, 0, 2, 12, 0, 0).getTime()

  it('of today is the time of day.', () => expect(timeOf(noon, noon + 3_600_000)).toMatch(/^12:00:00$/))
  it('of another day has the day.', () => expect(timeOf(noon, noon + 86_400_000)).toMatch(/2.*12:00:00$/))
})

describe('A sentence', () => {
  it('has code in every second part.', () => {
    expect(codeParts('Command `resume` or `abort`.')).toEqual(['Command ', 'resume', ' or ', 'abort', '.'])
    expect(codeParts('No code.')).toEqual(['No code.'])
  })
})

describe('The address', () => {
  it('of a rollout leads to it.', () => {
    expect(hrefOf({ namespace: 'shop', name: 'a.b' })).toBe('#/shop/a.b')
    expect(routeOf(hrefOf({ namespace: 'shop', name: 'ä/b' }))).toEqual({ kind: 'rollout', key: 'shop/ä/b' })
  })

  it.each(['', '#', listHref, '#/shop', '#/a/b/c', '#main'])('%j leads to the list.', hash => {
    expect(routeOf(hash)).toEqual({ kind: 'list' })
  })

  it('that is badly encoded leads somewhere all the same.', () => {
    expect(routeOf('#/shop/%ZZ')).toEqual({ kind: 'rollout', key: 'shop/%ZZ' })
  })
})
