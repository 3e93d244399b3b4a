import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemClock } from './system-clock.js'

/** Whether a promise is settled by now. */
const settled = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(
      () => 'resolved',
      () => 'rejected',
    ),
    Promise.resolve().then(() => 'pending'),
  ])

describe('systemClock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_700_000_000_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('tells the time of the system, in epoch milliseconds', () => {
    expect(systemClock.now()).toBe(1_700_000_000_000)
  })

  test('sleeps as long as asked', async () => {
    const sleep = systemClock.sleep(250)

    await vi.advanceTimersByTimeAsync(249)
    expect(await settled(sleep)).toBe('pending')

    await vi.advanceTimersByTimeAsync(1)
    await expect(sleep).resolves.toBeUndefined()
  })

  test('takes a time in the past for now', async () => {
    const sleep = systemClock.sleep(-5)

    await vi.advanceTimersByTimeAsync(0)

    await expect(sleep).resolves.toBeUndefined()
  })

  test('does not end at once a sleep that is longer than a timer can hold', async () => {
    const sleep = systemClock.sleep(2 ** 40)

    await vi.advanceTimersByTimeAsync(1000)
    expect(await settled(sleep)).toBe('pending')

    await vi.advanceTimersByTimeAsync(2 ** 31)
    await expect(sleep).resolves.toBeUndefined()
  })

  test('rejects with the reason when the signal aborts, and leaves no timer behind', async () => {
    const abort = new AbortController()
    const sleep = systemClock.sleep(1000, abort.signal)

    abort.abort(new Error('stopped'))

    await expect(sleep).rejects.toThrow('stopped')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('rejects when the signal has aborted before, without a timer', async () => {
    await expect(systemClock.sleep(1000, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('lets go of the signal when the sleep is over', async () => {
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    const sleep = systemClock.sleep(10, signal)

    await vi.advanceTimersByTimeAsync(10)
    await sleep

    expect(removed).toHaveBeenCalledWith('abort', expect.any(Function))
  })
})
