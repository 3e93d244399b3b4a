import { expect, it, vi } from 'vitest'
import { strayObserver } from './strays.js'

function observed() {
  const [error, count, time] = [vi.fn(), vi.fn(), { now: 0 }]
  const stray = strayObserver('notifier', 'noisy', { logger: { error }, clock: { now: () => time.now }, count })
  return { error, count, time, stray }
}

it('What a plugin throws is logged with its name and its place, and no other property of the error', () => {
  const { error, stray } = observed()
  stray(Object.assign(new Error('boom'), { config: { headers: { authorization: 's3cret' } } }))
  const fields = { plugin: 'noisy', error: 'boom', stack: expect.stringContaining('strays.test.ts') }
  expect(error).toHaveBeenCalledExactlyOnceWith(expect.any(String), fields)
})

it('A plugin that throws all the time is told of once a minute, with how many were left out; every one is counted', () => {
  const { error, count, time, stray } = observed()
  for (time.now = 0; time.now <= 180_000; time.now += 10_000) stray('a text')
  expect(error.mock.calls.map(([, { leftOut }]) => leftOut)).toEqual([undefined, 5, 5, 5])
  expect(count.mock.calls).toEqual(Array(19).fill(['notifier', 'noisy']))
})
