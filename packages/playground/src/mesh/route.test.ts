import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Destination, pick } from './route.js'

const destinations = (...weights: number[]): Destination[] =>
  weights.map((weight, i) => ({ host: `d${i}`, subset: undefined, weight }))

test('each destination is picked for exactly its part of all chances', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 }), weights => {
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const picked = weights.map(() => 0)
      for (let i = 0; i < total; i++) {
        const { host } = pick(destinations(...weights), (i + 0.5) / total)
        picked[Number(host.slice(1))] = (picked[Number(host.slice(1))] ?? 0) + 1
      }
      expect(picked).toEqual(weights)
    }),
  )
})

test('the highest chance picks the last', () => {
  expect(pick(destinations(1, 99), 1 - Number.EPSILON).host).toBe('d1')
})
