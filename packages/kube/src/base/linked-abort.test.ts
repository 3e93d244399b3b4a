import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { LinkedAbort } from './linked-abort.js'

test('it aborts with its parent, for the same reason', () => {
  const parent = new AbortController()
  const linked = new LinkedAbort(parent.signal)

  parent.abort('over')

  expect(linked.signal.reason).toBe('over')
})

test('it aborts at once when its parent was aborted before', () => {
  const linked = new LinkedAbort(AbortSignal.abort('over'), reason => `because ${reason}`)

  expect(linked.signal.reason).toBe('because over')
})

test('its own abort does not reach the parent', () => {
  const parent = new AbortController()

  new LinkedAbort(parent.signal).abort()

  expect(parent.signal.aborted).toBe(false)
})

test('once unlinked it follows no more and leaves no listener', () => {
  const parent = new AbortController()
  const linked = new LinkedAbort(parent.signal)

  linked.unlink()
  parent.abort()

  expect(linked.signal.aborted).toBe(false)
  expect(getEventListeners(parent.signal, 'abort')).toEqual([])
})
