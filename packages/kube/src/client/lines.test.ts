import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collect } from '../../test/collect.js'
import { splitLines, TooLarge } from './lines.js'

async function* chunksOf(text: string, sizes: number[]) {
  const bytes = Buffer.from(text)
  let start = 0
  for (const size of sizes) {
    yield bytes.subarray(start, start + size)
    start += size
  }
  yield bytes.subarray(start)
}

const lines = (text: string, sizes: number[] = [], maxBytes = 1_000) =>
  collect(splitLines(chunksOf(text, sizes), maxBytes))

test('lines are the same however the bytes are cut into chunks', async () => {
  const line = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter(text => text === text.trim() && !text.includes('\n'))

  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.array(fc.nat(20)), async (expected, sizes) => {
      expect(await lines(expected.map(text => `${text}\n`).join(''), sizes)).toEqual(expected)
    }),
  )
})

test('what follows the last newline is a line', async () => {
  expect(await lines('a\nb')).toEqual(['a', 'b'])
})

test('empty lines are left out, and carriage returns cut off', async () => {
  expect(await lines('a\r\n\r\n\nb\n')).toEqual(['a', 'b'])
})

test('a line of exactly maxBytes passes', async () => {
  expect(await lines('12345\n', [2], 5)).toEqual(['12345'])
})

test('a longer line is refused, complete or not', async () => {
  await expect(lines('123456\n', [], 5)).rejects.toBeInstanceOf(TooLarge)
  await expect(lines('123456', [2, 2], 5)).rejects.toBeInstanceOf(TooLarge)
})
