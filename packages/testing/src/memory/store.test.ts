import { describe, expect, it } from 'vitest'
import { sampleState } from '../samples/state.js'
import { memoryStore } from './store.js'

describe('memoryStore', () => {
  it('begins with the state that it is given.', async () => {
    const store = memoryStore({ state: sampleState({ rev: 7 }) })

    await store.save(sampleState({ rev: 8 }), 7)

    expect(store.state?.rev).toBe(8)
    expect(store.saves.map(({ rev }) => rev)).toEqual([8])
  })

  it('conflicts as scripted, without saving.', async () => {
    const store = memoryStore()
    store.fault('save', { kind: 'refuse' })

    await expect(store.save(sampleState(), 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(store.state).toBeUndefined()
  })

  it('has saved a state whose answer was lost: the same save again conflicts.', async () => {
    const store = memoryStore()
    store.fault('save', { kind: 'lose' })

    await expect(store.save(sampleState({ rev: 1 }), 0)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
    await expect(store.save(sampleState({ rev: 1 }), 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(store.saves).toHaveLength(1)
  })

  it('keeps what JSON keeps, as a real store would.', async () => {
    const store = memoryStore()
    await store.save(sampleState({ rev: 1, revision: undefined as never }), 0)

    expect(Object.keys((await store.load()) ?? {})).not.toContain('revision')
  })
})
