import { getEventListeners } from 'node:events'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from './clock.js'
import { withDeadline } from './deadline.js'

const never = () => new Promise<never>(() => {})
const late = () => new Error('late')

describe('A call with a deadline', () => {
  function setUp() {
    const clock = new SimulatedClock()
    return { clock, deadline: { ms: 1000, late, clock } }
  }

  test('answers with what the call answers, and leaves no timer behind', async () => {
    const { clock, deadline } = setUp()

    expect(await withDeadline(deadline, async () => 'done')).toBe('done')

    expect(clock.next()).toBeUndefined()
  })

  test.each<[string, () => Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('refused')
      },
    ],
    ['rejects', () => Promise.reject(new Error('refused'))],
  ])('rejects as the call %s, and leaves no timer behind', async (_, call) => {
    const { clock, deadline } = setUp()

    await expect(withDeadline(deadline, call)).rejects.toThrow('refused')

    expect(clock.next()).toBeUndefined()
  })

  test('rejects when the time is over and not before, even if the call heeds no signal', async () => {
    const { clock, deadline } = setUp()
    let settled = false
    const overdue = withDeadline(deadline, never).finally(() => {
      settled = true
    })
    const outcome = expect(overdue).rejects.toThrow('late')

    await clock.advance(999)
    expect(settled).toBe(false)
    await clock.advance(1)

    await outcome
  })

  test('aborts the call when the time is over, with the same reason', async () => {
    const { clock, deadline } = setUp()
    let signal: AbortSignal | undefined
    const overdue = withDeadline(deadline, given => {
      signal = given
      return never()
    }).catch(() => {})

    await clock.advance(1000)
    await overdue

    expect(signal?.reason).toEqual(late())
  })

  test('prefers its own reason to what the aborted call rejects with', async () => {
    const { clock, deadline } = setUp()
    const call = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('socket closed'))))
    const outcome = expect(withDeadline(deadline, call)).rejects.toThrow('late')

    await clock.advance(1000)

    await outcome
  })

  test("ends at once with the reason of the caller's abort, and leaves no timer behind", async () => {
    const { clock, deadline } = setUp()
    const caller = new AbortController()
    const outcome = expect(withDeadline({ ...deadline, signal: caller.signal }, never)).rejects.toBe('shut down')

    caller.abort('shut down')

    await outcome
    expect(clock.next()).toBeUndefined()
  })

  test('is not made when the caller has aborted already', async () => {
    const { clock, deadline } = setUp()
    let made = false
    const signal = AbortSignal.abort('shut down')

    const call = withDeadline({ ...deadline, signal }, async () => {
      made = true
    })

    await expect(call).rejects.toBe('shut down')
    expect(made).toBe(false)
    expect(clock.next()).toBeUndefined()
  })

  test("leaves nothing on the caller's signal, which may live much longer", async () => {
    const { clock, deadline } = setUp()
    const { signal } = new AbortController()

    await withDeadline({ ...deadline, signal }, async () => 'done')
    const overdue = withDeadline({ ...deadline, signal }, never).catch(() => {})
    await clock.advance(1000)
    await overdue

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
