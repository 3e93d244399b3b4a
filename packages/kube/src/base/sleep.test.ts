import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { sleep } from './sleep.js'

test('it ends when the time is over and leaves no listener', async () => {
  const clock = new SimulatedClock()
  const { signal } = new AbortController()

  const sleeping = sleep(clock, 50, signal)
  await clock.advance(50)
  await sleeping

  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('an abort ends it at once and leaves no timer', async () => {
  const clock = new SimulatedClock()
  const abort = new AbortController()

  const sleeping = sleep(clock, 50, abort.signal)
  abort.abort()
  await sleeping

  expect(clock.pending).toBe(0)
})

test('a signal that is aborted already leaves nothing to wait for', async () => {
  const clock = new SimulatedClock()

  await sleep(clock, 50, AbortSignal.abort())

  expect(clock.pending).toBe(0)
})
