import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical, equal } from './json.js'

describe('canonical', () => {
  test('is the same text whatever the order of keys, at any depth', () => {
    expect(canonical({ b: 1, a: [{ d: 2, c: 3 }] })).toBe(canonical({ a: [{ c: 3, d: 2 }], b: 1 }))
  })

  test('takes a key without a value for an absent one', () => {
    expect(canonical({ a: 1, b: undefined })).toBe(canonical({ a: 1 }))
  })

  test('tells null, absent, empty and zero apart', () => {
    const texts = [null, {}, [], '', 0, false, { a: null }].map(canonical)

    expect(new Set(texts).size).toBe(texts.length)
  })

  test('keeps the order of lists', () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]))
  })

  test('reads back as the value that it was made of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { seed: 1 },
    )
  })

  test('is equal exactly for equal values', () => {
    const plain = fc.jsonValue().map(value => JSON.parse(JSON.stringify(value)) as unknown)
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(canonical(a) === canonical(b)).toBe(isDeepStrictEqual(a, b))
      }),
      { seed: 1 },
    )
  })
})

describe('equal', () => {
  test('says what the canonical texts say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(equal(a, b)).toBe(canonical(a) === canonical(b))
        expect(equal(a, structuredClone(a))).toBe(true)
      }),
      { seed: 1 },
    )
  })

  test.each([
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ b: 1, a: [{ d: 2, c: 3 }] }, { a: [{ c: 3, d: 2 }], b: 1 }, true],
    [{ a: null }, {}, false],
    [{}, { a: 0 }, false],
    [[1, 2], [1], false],
    [[], {}, false],
    [{}, { constructor: {} }, false],
  ])('of %j and %j it says %s', (a, b, expected) => {
    expect(equal(a, b)).toBe(expected)
  })
})
