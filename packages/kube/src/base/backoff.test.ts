import { expect, test } from 'vitest'
import { Backoff } from './backoff.js'

const delays = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next())

test('delays double up to the longest', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 1_000, random: () => 0 })

  expect(delays(backoff, 6)).toEqual([100, 200, 400, 800, 1_000, 1_000])
})

test('chance shortens a delay by up to a half', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 1_000, random: () => 0.999 })

  expect(delays(backoff, 2)).toEqual([expect.closeTo(50, 0), expect.closeTo(100, 0)])
})

test('after a reset the shortest comes first again', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 1_000, random: () => 0 })
  delays(backoff, 3)

  backoff.reset()

  expect(backoff.next()).toBe(100)
})

test('a thousand failures are no number too large', () => {
  const backoff = new Backoff({ baseMs: 100, maxMs: 1_000, random: () => 0 })

  expect(delays(backoff, 2_000).at(-1)).toBe(1_000)
})
