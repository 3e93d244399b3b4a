import { describe, expect, test } from 'vitest'
import { SimulatedClock } from './clock.js'

const sleeper = (clock: SimulatedClock, ms: number, log: string[], name = `${ms}`) =>
  clock.sleep(ms).then(() => log.push(`${name}@${clock.now()}`))

describe('SimulatedClock', () => {
  test('stands still until it is told to move', async () => {
    const clock = new SimulatedClock(1000)

    expect(clock.now()).toBe(1000)
    await clock.advance(250)
    expect(clock.now()).toBe(1250)
  })

  test('begins at 0 unless told otherwise', () => {
    expect(new SimulatedClock().now()).toBe(0)
  })

  test('wakes sleepers in the order of their times, each at its own time', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    void sleeper(clock, 30, log)
    void sleeper(clock, 10, log)
    void sleeper(clock, 20, log)

    await clock.advance(100)

    expect(log).toEqual(['10@10', '20@20', '30@30'])
  })

  test('wakes sleepers of the same time in the order in which they lay down', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    void sleeper(clock, 10, log, 'first')
    void sleeper(clock, 10, log, 'second')

    await clock.advance(10)

    expect(log).toEqual(['first@10', 'second@10'])
  })

  test('lets who wakes sleep again within the same advance', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    void sleeper(clock, 10, log).then(() => sleeper(clock, 10, log, 'again'))

    await clock.advance(20)

    expect(log).toEqual(['10@10', 'again@20'])
  })

  test('leaves those asleep whose time has not come', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    void sleeper(clock, 11, log)

    await clock.advance(10)
    expect(log).toEqual([])
    expect(clock.next()).toBe(11)

    await clock.advance(1)
    expect(log).toEqual(['11@11'])
    expect(clock.next()).toBeUndefined()
  })

  test('takes a time in the past for now', async () => {
    const clock = new SimulatedClock(100)
    const log: string[] = []
    void sleeper(clock, -50, log, 'late')

    await clock.advance(0)

    expect(log).toEqual(['late@100'])
  })

  test('lets what is ready run before it moves', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    void Promise.resolve()
      .then(() => {})
      .then(() => sleeper(clock, 5, log))

    await clock.advance(5)

    expect(log).toEqual(['5@5'])
  })

  test('lets a chain as long as a pass of the engine come to its end before it moves', async () => {
    const clock = new SimulatedClock()
    const log: string[] = []
    const chain = async () => {
      for (let turn = 0; turn < 300; turn++) await undefined
      log.push(`done@${clock.now()}`)
    }
    void clock.sleep(5).then(chain)
    void sleeper(clock, 10, log)

    await clock.advance(10)

    expect(log).toEqual(['done@5', '10@10'])
  })

  test('rejects a sleep whose signal aborts, with its reason, and forgets it', async () => {
    const clock = new SimulatedClock()
    const abort = new AbortController()
    const sleep = clock.sleep(10, abort.signal)

    abort.abort(new Error('stopped'))

    await expect(sleep).rejects.toThrow('stopped')
    expect(clock.next()).toBeUndefined()
  })

  test('rejects a sleep whose signal has aborted before', async () => {
    const clock = new SimulatedClock()

    await expect(clock.sleep(10, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    expect(clock.next()).toBeUndefined()
  })

  test('is not disturbed by a signal that aborts after the sleep', async () => {
    const clock = new SimulatedClock()
    const abort = new AbortController()
    const sleep = clock.sleep(10, abort.signal)

    await clock.advance(10)
    abort.abort()

    await expect(sleep).resolves.toBeUndefined()
  })
})
