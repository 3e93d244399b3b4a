import fc from 'fast-check'
import { expect, test } from 'vitest'
import { TimerHeap } from './timer-heap.js'

function popAll(heap: TimerHeap, now: number): string[] {
  const key = heap.popDue(now)
  return key === undefined ? [] : [key, ...popAll(heap, now)]
}

test('keys come out in the order they are due, and each once', () => {
  const heap = new TimerHeap()
  heap.add('late', 30)
  heap.add('early', 10)
  heap.add('middle', 20)

  expect(heap.nextDue).toBe(10)
  expect(popAll(heap, 100)).toEqual(['early', 'middle', 'late'])
  expect(heap.size).toBe(0)
})

test('what is not due stays', () => {
  const heap = new TimerHeap()
  heap.add('a', 10)
  heap.add('b', 20)

  expect(popAll(heap, 19)).toEqual(['a'])
  expect(heap.nextDue).toBe(20)
})

test('of several times for a key the earliest wins', () => {
  const heap = new TimerHeap()
  heap.add('a', 20)
  heap.add('a', 10)
  heap.add('a', 30)

  expect(heap.size).toBe(1)
  expect(heap.nextDue).toBe(10)
})

test('it does what a sorted list of the earliest times would do', () => {
  const additions = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }).map(String), fc.nat(100)))

  fc.assert(
    fc.property(additions, fc.nat(100), (added, now) => {
      const heap = new TimerHeap()
      const earliest = new Map<string, number>()
      for (const [key, due] of added) {
        heap.add(key, due)
        earliest.set(key, Math.min(due, earliest.get(key) ?? due))
      }

      const dues = popAll(heap, now).map(key => earliest.get(key))

      const expected = [...earliest.values()].filter(due => due <= now).sort((a, b) => a - b)
      expect(dues).toEqual(expected)
      expect(heap.size).toBe(earliest.size - expected.length)
    }),
  )
})

test('cleared, it holds nothing', () => {
  const heap = new TimerHeap()
  heap.add('a', 10)

  heap.clear()
  heap.add('a', 40)

  expect(heap.size).toBe(1)
  expect(heap.nextDue).toBe(40)
})
