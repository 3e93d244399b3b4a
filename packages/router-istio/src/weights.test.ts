import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWeight, resolutionOf, split } from './weights.js'

const percent = fc.integer({ min: 0, max: 100 })
const sum = fc.integer({ min: 1, max: 10_000 })
const pair = sum.chain(total => fc.record({ sum: fc.constant(total), canary: fc.integer({ min: 0, max: total }) }))

describe('split', () => {
  test.each([
    [100, 0, 0],
    [100, 1, 1],
    [100, 37, 37],
    [100, 100, 100],
    [7, 1, 1],
    [7, 28, 1],
    [7, 29, 2],
    [7, 100, 7],
    [10, 9, 1],
    [10, 19, 1],
    [10, 20, 2],
    [250, 1, 2],
    [250, 0.4, 1],
    [1000, 32.3, 323],
    [1, 1, 1],
  ])('Of a sum of %d, %d percent is %d.', (total, weight, canary) => {
    expect(split(total, weight)).toBe(canary)
  })

  test('A route whose pair holds nothing gives nothing, whatever is wanted.', () => {
    expect(split(0, 50)).toBe(0)
  })

  test('The canary never gets more than was asked for, unless one is the least there is.', () => {
    fc.assert(fc.property(sum, percent, (total, weight) => split(total, weight) <= Math.max((total * weight) / 100, 1)))
  })

  test('More percent never give less.', () => {
    fc.assert(fc.property(sum, percent, percent, (total, a, b) => a > b || split(total, a) <= split(total, b)))
  })

  test('All of it is all of it, and none is none.', () => {
    fc.assert(fc.property(sum, total => split(total, 100) === total && split(total, 0) === 0))
  })
})

describe('readWeight', () => {
  test('Rounding is never mistaken for a change: what was written for a weight reads as that weight.', () => {
    fc.assert(
      fc.property(fc.array(sum, { minLength: 1, maxLength: 4 }), percent, (sums, weight) => {
        const pairs = sums.map(total => ({ sum: total, canary: split(total, weight) }))
        expect(readWeight(pairs, [weight])).toEqual({ weight, uniform: true })
      }),
    )
  })

  test('Of several expected weights that fit, the first is told.', () => {
    const pairs = [{ sum: 10, canary: 1 }]
    expect(readWeight(pairs, [50, 12, 17]).weight).toBe(12)
    expect(readWeight(pairs, [17, 12]).weight).toBe(17)
  })

  test('Whatever stands in one route, the weight that is told would be written as exactly that.', () => {
    fc.assert(
      fc.property(pair, found => {
        const { weight, uniform } = readWeight([found], [])
        expect(uniform).toBe(true)
        expect(split(found.sum, weight)).toBe(found.canary)
      }),
    )
  })

  test('Whatever stands in routes that were written with one weight, they are found to agree.', () => {
    fc.assert(
      fc.property(fc.array(sum, { minLength: 1, maxLength: 4 }), percent, (sums, weight) => {
        const pairs = sums.map(total => ({ sum: total, canary: split(total, weight) }))
        expect(readWeight(pairs, []).uniform).toBe(true)
      }),
    )
  })

  test('A weight that is told without being expected is never less than the true share.', () => {
    fc.assert(fc.property(pair, found => readWeight([found], []).weight >= (100 * found.canary) / found.sum - 1e-9))
  })

  test.each([
    [100, 29, 29],
    [7, 1, 15],
    [10, 1, 10],
    [3, 1, 34],
    [250, 2, 1],
    [250, 1, 0.4],
    [1000, 323, 32.3],
    [1000, 5, 0.5],
    [250, 250, 100],
  ])('Of a sum of %d, %d reads as %d percent: the roundest that fits.', (total, canary, weight) => {
    expect(readWeight([{ sum: total, canary }], []).weight).toBe(weight)
  })

  test('Routes of different sums agree when one weight fits both.', () => {
    const pairs = [
      { sum: 10, canary: 1 },
      { sum: 100, canary: 1 },
    ]
    expect(readWeight(pairs, [])).toEqual({ weight: 1, uniform: true })
  })

  test('So they do when only a fraction of a percent fits both.', () => {
    const pairs = [
      { sum: 250, canary: 1 },
      { sum: 500, canary: 2 },
    ]
    expect(readWeight(pairs, [])).toEqual({ weight: 0.4, uniform: true })
  })

  test('Routes that no weight fits disagree, and the most exposed one is told.', () => {
    const pairs = [
      { sum: 100, canary: 10 },
      { sum: 100, canary: 40 },
    ]
    expect(readWeight(pairs, [10, 40])).toEqual({ weight: 40, uniform: false })
  })

  test('A route at 0 beside one that is not disagrees with it.', () => {
    const pairs = [
      { sum: 100, canary: 0 },
      { sum: 7, canary: 1 },
    ]
    expect(readWeight(pairs, [])).toEqual({ weight: 15, uniform: false })
  })

  test('A sum so large that no round percentage fits is still told, by its share.', () => {
    const found = { sum: 2 ** 31 - 1, canary: 1_234_567_891 }
    const { weight, uniform } = readWeight([found], [])
    expect(uniform).toBe(true)
    expect(weight).toBeCloseTo((100 * found.canary) / found.sum, 4)
  })
})

describe('resolutionOf', () => {
  test('The smallest share above 0 is one of the smallest sum: every route must be able to express it.', () => {
    expect(resolutionOf([{ sum: 250, canary: 0 }])).toBe(0.4)
    expect(
      resolutionOf([
        { sum: 100, canary: 0 },
        { sum: 8, canary: 0 },
      ]),
    ).toBe(12.5)
  })
})
