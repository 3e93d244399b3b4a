import { expect, test } from 'vitest'
import { TimeSeriesStore } from './tsdb.js'

const all = () => true

test('labels are the same in whatever order, and an empty one is none', () => {
  const store = new TimeSeriesStore()
  store.append({ a: '1', b: '2' }, 1, 10)
  store.append({ b: '2', a: '1', c: '' }, 2, 20)
  expect(store.range(all, 0, 9)).toMatchObject([{ times: [1, 2], values: [10, 20] }])
})

test('a sample that is not newer than the last is ignored', () => {
  const store = new TimeSeriesStore()
  for (const at of [5, 5, 4]) store.append({ a: '1' }, at, at)
  expect(store.range(all, 0, 9)).toMatchObject([{ times: [5] }])
})

test('a range begins after its beginning and holds its end', () => {
  const store = new TimeSeriesStore()
  for (const at of [1, 2, 3, 4]) store.append({ a: '1' }, at, at)
  expect(store.range(all, 1, 3)).toMatchObject([{ times: [2, 3] }])
  expect(store.latest(all, 1, 3)).toMatchObject([{ times: [3], values: [3] }])
  expect(store.range(all, 4, 9)).toEqual([])
})

test('old samples are let go', () => {
  const store = new TimeSeriesStore(1_000)
  for (let at = 1; at <= 3_000; at++) store.append({ a: '1' }, at, at)
  const [{ times = [] } = {}] = store.range(all, 0, 3_000)
  expect(times.length).toBeLessThanOrEqual(1_000 + 257)
  expect(times).toContain(2_001)
})

test('a series that has ended goes on when there is a new sample', () => {
  const store = new TimeSeriesStore()
  store.append({ a: '1' }, 1, 1)
  store.end({ a: '1' }, 2)
  expect(store.latest(all, 0, 2)).toEqual([])
  store.append({ a: '1' }, 3, 3)
  expect(store.latest(all, 0, 3)).toMatchObject([{ values: [3] }])
})
