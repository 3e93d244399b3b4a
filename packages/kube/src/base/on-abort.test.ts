import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { onAbort } from './on-abort.js'

test('it calls once, on abort', () => {
  const abort = new AbortController()
  const called = vi.fn()
  onAbort(abort.signal, called)
  expect(called).not.toHaveBeenCalled()

  abort.abort()
  abort.abort()

  expect(called).toHaveBeenCalledOnce()
})

test('it calls at once when the signal was aborted before', () => {
  const called = vi.fn()

  onAbort(AbortSignal.abort(), called)()

  expect(called).toHaveBeenCalledOnce()
})

test('taken off, it leaves nothing behind', () => {
  const { signal } = new AbortController()

  onAbort(signal, () => {})()

  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('many at a time are no reason for a warning', async () => {
  const warned = vi.fn()
  process.on('warning', warned)
  const { signal } = new AbortController()

  for (let count = 0; count < 50; count++) onAbort(signal, () => {})
  await new Promise(resolve => setImmediate(resolve))

  process.off('warning', warned)
  expect(warned).not.toHaveBeenCalled()
})
