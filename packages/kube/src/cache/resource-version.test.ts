import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareResourceVersions } from './resource-version.js'

test('decimal versions compare as numbers of any length', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n }), fc.bigInt({ min: 1n }), (a, b) => {
      const order = compareResourceVersions(String(a), String(b))

      expect(Math.sign(order ?? Number.NaN)).toBe(a < b ? -1 : a > b ? 1 : 0)
    }),
  )
})

test('versions that are not decimal cannot be compared', () => {
  expect(compareResourceVersions('a', '1')).toBeUndefined()
  expect(compareResourceVersions('1', '01')).toBeUndefined()
})

test('opaque versions can still be equal', () => {
  expect(compareResourceVersions('abc', 'abc')).toBe(0)
})

test('a missing version cannot be compared, not even with a missing one', () => {
  expect(compareResourceVersions(undefined, '1')).toBeUndefined()
  expect(compareResourceVersions(undefined, undefined)).toBeUndefined()
})
