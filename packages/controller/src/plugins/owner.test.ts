import { expect, it, vi } from 'vitest'
import { owned, ownedSignal, ownerNow } from './owner.js'

const owner = { stray: () => {} }

it('Listeners of an owned signal run in the name of its owner, whoever aborts, and get the reason', () => {
  const controller = new AbortController()
  const signal = ownedSignal(controller.signal, owner)
  const heard = vi.fn(() => ownerNow())
  signal.addEventListener('abort', heard)
  controller.abort('the end')
  expect(heard).toHaveReturnedWith(owner)
  expect(signal.reason).toBe('the end')
})

it('An owned signal of one that is aborted is aborted', () => {
  expect(ownedSignal(AbortSignal.abort('before'), owner)).toMatchObject({ aborted: true, reason: 'before' })
})

it('Signals are handed over as the owner’s, alone and among options, and all else of the options as it is', () => {
  const controller = new AbortController()
  const heard: unknown[] = []
  const listen = (signal: AbortSignal) => signal.addEventListener('abort', () => heard.push(ownerNow()))
  const port = {
    check: listen,
    query: (_: string, { at, signal }: { at: number; signal: AbortSignal }) => {
      listen(signal)
      return at
    },
  }
  const { signal } = controller
  owned(port, owner).check(signal)
  expect(owned(port, owner).query('x', { at: 7, signal })).toBe(7)
  controller.abort()
  expect(heard).toEqual([owner, owner])
})

it('What a plugin is given to call back runs in the name of whoever gave it', () => {
  const asked = vi.fn(() => ownerNow())
  owned({ call: (back: () => unknown) => back() }, owner).call(asked)
  expect(asked).toHaveReturnedWith(undefined)
})
