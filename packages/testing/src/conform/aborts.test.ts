import { expect, it } from 'vitest'
import { untilAborted } from '../memory/faults.js'
import { aborted, assertEndsOnAbort, lasting } from './aborts.js'
import { Finding } from './assert.js'
import { patience } from './patience.js'

const within = patience(100)

it('A call that ends when it is aborted, whenever that is, passes.', async () => {
  await expect(assertEndsOnAbort('it', untilAborted, within)).resolves.toBeUndefined()
})

it('A call that never ends is found out.', async () => {
  await expect(assertEndsOnAbort('it', () => new Promise(() => {}), within)).rejects.toThrow(Finding)
})

it('A call that resolves when it is aborted is found out: an abort is no answer.', async () => {
  const resolving = (signal: AbortSignal) => untilAborted(signal).catch(() => 'an answer')

  await expect(assertEndsOnAbort('it', resolving, within)).rejects.toThrow('resolve to "an answer"')
})

it('A call that listens only from the next turn on is found out when it is aborted before.', async () => {
  const late = async (signal: AbortSignal) => {
    await new Promise(resolve => setTimeout(resolve))
    return new Promise((_, reject) => signal.addEventListener('abort', reject))
  }

  await expect(assertEndsOnAbort('it', late, within)).rejects.toThrow(Finding)
})

it('Signals are what they say.', () => {
  expect([aborted().aborted, lasting().aborted]).toEqual([true, false])
})
