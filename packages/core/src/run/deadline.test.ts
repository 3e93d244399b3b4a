import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '../clock.js'
import { withDeadline } from './deadline.js'

const never = () => new Promise<never>(() => {})

describe('a deadline', () => {
  test('answers with what the work answers, and leaves no timer behind', async () => {
    const clock = new SimulatedClock()

    const answer = await withDeadline(clock, 1000, async () => 'done', undefined, 'METRIC_TIMEOUT')

    expect(answer).toBe('done')
    expect(clock.next()).toBeUndefined()
  })

  test('rejects as the work rejects', async () => {
    const clock = new SimulatedClock()
    const refused = new Error('refused')
    const work = () => {
      throw refused
    }

    await expect(withDeadline(clock, 1000, work, undefined, 'METRIC_TIMEOUT')).rejects.toBe(refused)
    expect(clock.next()).toBeUndefined()
  })

  test('rejects with its code when the time is over, even if the work ignores its signal', async () => {
    const clock = new SimulatedClock()
    const overdue = withDeadline(clock, 1000, never, undefined, 'STORE_UNREACHABLE')
    const outcome = expect(overdue).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })

    await clock.advance(1000)

    await outcome
  })

  test('does not reject before the time is over', async () => {
    const clock = new SimulatedClock()
    let settled = false
    withDeadline(clock, 1000, never, undefined, 'STORE_UNREACHABLE').catch(() => {
      settled = true
    })

    await clock.advance(999)

    expect(settled).toBe(false)
  })

  test('aborts the work when the time is over', async () => {
    const clock = new SimulatedClock()
    let signal: AbortSignal | undefined
    const work = (given: AbortSignal) => {
      signal = given
      return never()
    }
    const overdue = withDeadline(clock, 1000, work, undefined, 'METRIC_TIMEOUT').catch(() => {})

    await clock.advance(1000)
    await overdue

    expect(signal?.aborted).toBe(true)
  })

  test('prefers its own code to what the aborted work rejects with', async () => {
    const clock = new SimulatedClock()
    const work = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed'))))
    const outcome = expect(withDeadline(clock, 1000, work, undefined, 'METRIC_TIMEOUT')).rejects.toMatchObject({
      code: 'METRIC_TIMEOUT',
    })

    await clock.advance(1000)

    await outcome
  })

  test('ends with the reason of the signal that is around it', async () => {
    const clock = new SimulatedClock()
    const outer = new AbortController()
    const outcome = expect(withDeadline(clock, 1000, never, outer.signal, 'METRIC_TIMEOUT')).rejects.toBe('shut down')

    outer.abort('shut down')

    await outcome
    expect(clock.next()).toBeUndefined()
  })

  test('ends at once when the signal around it was aborted before', async () => {
    const clock = new SimulatedClock()

    const late = withDeadline(clock, 1000, never, AbortSignal.abort('shut down'), 'METRIC_TIMEOUT')

    await expect(late).rejects.toBe('shut down')
    expect(clock.next()).toBeUndefined()
  })
})
