import { SimulatedClock } from '@birdwatch/core'
import { expect, test } from 'vitest'
import { Debounce } from './debounce.js'

function start() {
  const clock = new SimulatedClock()
  const applied: number[] = []
  const debounce = new Debounce({ quietMs: 100, maxMs: 1_000 }, clock, () => applied.push(clock.now()))
  return { clock, debounce, applied }
}

test('applies a change after a time without another', async () => {
  const { clock, debounce, applied } = start()
  debounce.trigger()
  await clock.advance(60)
  debounce.trigger()
  await clock.advance(500)
  expect(applied).toEqual([160])
})

test('applies a stream of changes at the latest after the longest time', async () => {
  const { clock, debounce, applied } = start()
  for (let i = 0; i < 30; i++) {
    debounce.trigger()
    await clock.advance(50)
  }
  expect(applied[0]).toBe(1_000)
})

test('is idle when everything is applied, and when it is stopped', async () => {
  const { clock, debounce, applied } = start()
  debounce.trigger()
  const idle = debounce.idle
  await clock.advance(100)
  await idle
  debounce.trigger()
  debounce.stop()
  await debounce.idle
  expect(applied).toEqual([100])
})
