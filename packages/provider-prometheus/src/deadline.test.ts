import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { withDeadline } from './deadline.js'

const late = () => new Error('late')
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('canceled'))))

describe('A call with a deadline', () => {
  it('resolves to what it resolves to.', async () => {
    expect(await withDeadline(60_000, new AbortController().signal, late, async () => 'answer')).toBe('answer')
  })

  it('rejects with its own error.', async () => {
    const call = withDeadline(60_000, new AbortController().signal, late, () => Promise.reject(new Error('refused')))

    await expect(call).rejects.toThrow('refused')
  })

  it('rejects with the error of the deadline when that has passed.', async () => {
    const call = withDeadline(1, new AbortController().signal, late, untilAborted)

    await expect(call).rejects.toThrow('late')
  })

  it("rejects with the reason of the caller's abort.", async () => {
    const controller = new AbortController()
    const call = withDeadline(60_000, controller.signal, late, untilAborted)
    controller.abort(new Error('stopped'))

    await expect(call).rejects.toThrow('stopped')
  })

  it('is not made when the caller has aborted already.', async () => {
    let made = false
    const call = withDeadline(60_000, AbortSignal.abort(new Error('stopped')), late, async () => {
      made = true
    })

    await expect(call).rejects.toThrow('stopped')
    expect(made).toBe(false)
  })

  it("leaves nothing on the caller's signal, which may live much longer.", async () => {
    const { signal } = new AbortController()

    await withDeadline(60_000, signal, late, async () => 'answer')
    await withDeadline(1, signal, late, untilAborted).catch(() => {})

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
