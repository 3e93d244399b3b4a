import { expect, test } from 'vitest'
import { type Figures, judge } from './figures.js'

const run = (heap: (minute: number) => number): Figures[] =>
  Array.from({ length: 20 }, (_, minute) => ({
    minute,
    rssMiB: 200,
    heapMiB: heap(minute),
    handles: 100,
    requestsPerSecond: 150,
    ended: 10 * minute,
    faults: minute,
  }))

test('a run whose memory goes up and down is flat', () => {
  expect(judge(run(minute => 60 + (minute % 3)))).toEqual([])
})

test('a run whose memory grows all the time is not', () => {
  expect(judge(run(minute => 60 + 4 * minute))).toEqual([expect.stringContaining('heapMiB grew from')])
})
