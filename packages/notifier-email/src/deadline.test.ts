import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { withDeadline } from './deadline.js'

const late = () => new Error('late')
const never = () => new Promise<never>(() => {})

describe('A call with a deadline', () => {
  it('resolves to what it resolves to.', async () => {
    expect(await withDeadline(60_000, new AbortController().signal, late, async () => 'answer')).toBe('answer')
  })

  it('rejects with its own error.', async () => {
    const call = withDeadline(60_000, new AbortController().signal, late, () => Promise.reject(new Error('refused')))

    await expect(call).rejects.toThrow('refused')
  })

  it('rejects with the error of the deadline when that has passed, also when it heeds no signal.', async () => {
    await expect(withDeadline(1, new AbortController().signal, late, never)).rejects.toThrow('late')
  })

  it("rejects with the reason of the caller's abort, also when it heeds no signal.", async () => {
    const controller = new AbortController()
    const call = withDeadline(60_000, controller.signal, late, never)
    controller.abort(new Error('stopped'))

    await expect(call).rejects.toThrow('stopped')
  })

  it('is told of its end by its signal.', async () => {
    let seen: AbortSignal | undefined
    const call = withDeadline(1, new AbortController().signal, late, signal => {
      seen = signal
      return never()
    })

    await expect(call).rejects.toThrow('late')
    expect(seen?.reason).toMatchObject({ message: 'late' })
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
    await withDeadline(1, signal, late, never).catch(() => {})

    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})
