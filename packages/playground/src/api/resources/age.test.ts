import { expect, test } from 'vitest'
import { age } from './age.js'

const now = Date.parse('2030-06-01T00:00:00Z')
const ago = (seconds: number) => age(new Date(now - 1000 * seconds).toISOString(), now)

test.each([
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [599, '9m59s'],
  [600, '10m'],
  [3 * 3600 - 1, '179m'],
  [3 * 3600, '3h'],
  [4 * 3600 + 300, '4h5m'],
  [47 * 3600, '47h'],
  [50 * 3600, '2d2h'],
  [30 * 86_400, '30d'],
  [3 * 365 * 86_400, '3y'],
])('%d seconds are shown as kubectl shows them: %s', (seconds, text) => {
  expect(ago(seconds)).toBe(text)
})

test('what is no time is unknown, and the future is now', () => {
  expect(age(undefined, now)).toBe('<unknown>')
  expect(ago(-5)).toBe('0s')
})
