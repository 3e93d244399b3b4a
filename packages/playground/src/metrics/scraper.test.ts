import { SimulatedClock } from '@birdwatch/core'
import { expect, test } from 'vitest'
import { startScraper } from './scraper.js'
import { TimeSeriesStore } from './series/tsdb.js'

test('takes a sample at once and at even intervals, until it is ended', async () => {
  const clock = new SimulatedClock(10_000)
  const store = new TimeSeriesStore()
  let value = 0
  const collect = () => [{ labels: { __name__: 'x' }, value: value++ }]
  const stop = startScraper({ collect, store, clock, intervalMs: 1_000, target: { job: 'j', instance: 'i' } })
  await clock.advance(2_500)
  stop()
  await clock.advance(5_000)
  const [sampled] = store.range(({ __name__ }) => __name__ === 'x', 0, 99_999)
  expect(sampled).toEqual({
    labels: { __name__: 'x', job: 'j', instance: 'i' },
    times: [10_000, 11_000, 12_000],
    values: [0, 1, 2],
  })
  expect(store.latest(({ __name__ }) => __name__ === 'up', 0, 12_000)).toMatchObject([{ values: [1] }])
  expect(clock.next()).toBeUndefined()
})
