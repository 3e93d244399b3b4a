import { describe, expect, it, vi } from 'vitest'
import type { ApiServer } from '../test/support/api-server.js'
import { addBirdWatch, birdwatches, filledCaches, startCluster } from '../test/support/cluster.js'
import { rolloutState } from '../test/support/samples.js'
import { Claims } from './claims.js'
import { engineOf } from './resource/birdwatch.js'
import type { Note } from './status/conditions.js'
import { StatusStore } from './store.js'

const waiting = rolloutState({ phase: 'Waiting', rev: 1 })
const baselining = rolloutState({ phase: 'Baselining', rev: 1 })

async function storeOf(api: ApiServer, { rev = 0, claims = new Claims(), notes = [] as Note[] } = {}) {
  const uid = (api.get(birdwatches, 'shop', 'aleph') ?? addBirdWatch(api)).metadata.uid ?? ''
  const { birdWatches } = await filledCaches(api)
  const options = { birdWatches, key: 'shop/aleph', uid, claims, notes: () => notes, now: () => Date.UTC(2026, 0, 1) }
  return { store: new StatusStore(options, rev), birdWatches, options }
}
const stored = (api: ApiServer) => api.get(birdwatches, 'shop', 'aleph')
const engine = (api: ApiServer) => (stored(api)?.status as { engine?: { rev: number } } | undefined)?.engine

describe('A save', () => {
  it('is one write of everything that is shown, together with the state', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    await store.save(waiting, 0)
    expect(api.writes).toEqual(['PATCH birdwatches/status'])
    expect(stored(api)?.status).toMatchObject({ phase: 'Waiting', observedGeneration: 1, engine: { rev: 1 } })
  })

  it('is in the cache before it is answered', async () => {
    const api = await startCluster()
    const { store, birdWatches } = await storeOf(api)
    await store.save(waiting, 0)
    const cached = birdWatches.get('shop', 'aleph')
    expect(cached && engineOf(cached)).toMatchObject({ rev: 1 })
  })

  it('follows the one before', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    await store.save(waiting, 0)
    await store.save({ ...waiting, rev: 2 }, 1)
    expect(engine(api)?.rev).toBe(2)
  })

  it('loses against another writer, and leaves the state of the other in the cache', async () => {
    const api = await startCluster()
    const { store, birdWatches, options } = await storeOf(api)
    await store.save(waiting, 0)
    const other = new StatusStore(options, 1)
    await other.save({ ...waiting, rev: 2, weight: 42 }, 1)
    await expect(store.save({ ...waiting, rev: 2 }, 1)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    const cached = birdWatches.get('shop', 'aleph')
    expect(cached && engineOf(cached)).toMatchObject({ rev: 2, weight: 42 })
  })

  it('that is the first loses against another first one', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o, { status: { engine: waiting } }))
    await expect(store.save(waiting, 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
  })

  it('that is the first is planned anew when somebody changed a label meanwhile', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.gate = ({ method }) => {
      if (method === 'PATCH') {
        api.gate = () => undefined
        api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { labels: { team: 'a' } }))
      }
      return undefined
    }
    await store.save(waiting, 0)
    expect(engine(api)?.rev).toBe(1)
  })

  it('that the schema refuses is no conflict', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.gate = ({ method }) => (method === 'PATCH' ? 422 : undefined)
    await expect(store.save(waiting, 0)).rejects.toMatchObject({ code: 'STORE_REFUSED' })
  })

  it('that is not answered may have taken effect', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.gate = ({ method }) => (method === 'PATCH' ? 503 : undefined)
    await expect(store.save(waiting, 0)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' })
  })

  it('into a resource that is gone is a conflict', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.remove(birdwatches, 'shop', 'aleph')
    await expect(store.save(waiting, 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
  })

  it('into another resource of the same name is a conflict', async () => {
    const api = await startCluster()
    const { options } = await storeOf(api)
    const store = new StatusStore({ ...options, uid: 'another' }, 0)
    await expect(store.save(waiting, 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(api.writes).toEqual([])
  })
})

describe('The finalizer', () => {
  const finalizers = (api: ApiServer) => stored(api)?.metadata.finalizers ?? []

  it('is there before a rollout in progress is saved', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    await store.save(baselining, 0)
    expect(api.writes).toEqual(['PATCH birdwatches', 'PATCH birdwatches/status'])
    expect(finalizers(api)).toEqual(['otomato.link/rollout'])
  })

  it('is taken away when the rollout has ended, and those of others are left', async () => {
    const api = await startCluster()
    const { store } = await storeOf(api)
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { finalizers: ['other/one'] }))
    await store.save(baselining, 0)
    await store.save(rolloutState({ phase: 'RolledBack', rev: 2 }), 1)
    await store.settle()
    expect(finalizers(api)).toEqual(['other/one'])
  })

  it('is given back to a rollout in progress that has lost it', async () => {
    const api = await startCluster()
    const { store, birdWatches } = await storeOf(api)
    await store.save(baselining, 0)
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { finalizers: [] }))
    await vi.waitFor(() => expect(birdWatches.get('shop', 'aleph')?.metadata.finalizers).toEqual([]))
    await store.settle()
    expect(finalizers(api)).toEqual(['otomato.link/rollout'])
  })

  it('does not keep a resource whose first save never came', async () => {
    const api = await startCluster()
    addBirdWatch(api)
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.metadata, { finalizers: ['otomato.link/rollout'] }))
    api.remove(birdwatches, 'shop', 'aleph')
    const { store } = await storeOf(api)
    await store.settle()
    expect(stored(api)).toBeUndefined()
  })
})

describe('One service', () => {
  it('is begun by one of two BirdWatches that were both free to begin', async () => {
    const api = await startCluster()
    const claims = new Claims()
    claims.take('shop/other', 'shop', 'aleph')
    const { store } = await storeOf(api, { claims })
    await expect(store.save(baselining, 0)).rejects.toMatchObject({ code: 'STORE_CONFLICT' })
    expect(api.writes).toEqual([])
  })

  it('is free again when the rollout has ended', async () => {
    const api = await startCluster()
    const claims = new Claims()
    const { store } = await storeOf(api, { claims })
    await store.save(baselining, 0)
    await store.save(rolloutState({ phase: 'RolledBack', rev: 2 }), 1)
    expect(claims.take('shop/other', 'shop', 'aleph')).toBe(true)
  })
})

describe('Notes', () => {
  it('are shown when they come and go without a new state, and only then written', async () => {
    const api = await startCluster()
    const notes: Note[] = []
    const { store } = await storeOf(api, { notes })
    await store.save(waiting, 0)
    await store.settle()
    notes.push({ type: 'StaleWindow', reason: 'RangeExceedsInterval', message: 'x' })
    await store.settle()
    await store.settle()
    expect(api.writes).toEqual(['PATCH birdwatches/status', 'PATCH birdwatches/status'])
    expect(JSON.stringify(stored(api)?.status)).toContain('RangeExceedsInterval')
  })
})

describe('Another writer', () => {
  it('is noticed by its save in the cache', async () => {
    const api = await startCluster()
    const { store, options } = await storeOf(api)
    await store.save(waiting, 0)
    expect(store.overtaken).toBe(false)
    await new StatusStore(options, 1).save({ ...waiting, rev: 2 }, 1)
    expect(store.overtaken).toBe(true)
  })
})

describe('A resource that is being deleted', () => {
  const ended = rolloutState({ phase: 'RolledBack', rev: 1, endedAt: Date.UTC(2026, 0, 1) })
  const deleted = async () => {
    const api = await startCluster()
    const { store, birdWatches, options } = await storeOf(api)
    await store.save(baselining, 0)
    await birdWatches.patch({ namespace: 'shop', name: 'aleph' }, [
      { op: 'add', path: '/metadata/deletionTimestamp', value: '2026-01-01T00:00:00Z' },
    ])
    await store.save({ ...ended, rev: 2 }, 1)
    return { api, options }
  }

  it('stays until people were told of its end', async () => {
    const { api, options } = await deleted()
    await new StatusStore(options, 2).settle(true)
    expect(stored(api)).toBeDefined()
    await new StatusStore(options, 2).settle(false)
    expect(stored(api)).toBeUndefined()
  })

  it('waits for nobody who can not be told for more than 30 seconds', async () => {
    const { api, options } = await deleted()
    const now = () => Date.UTC(2026, 0, 1) + 30_000
    await new StatusStore({ ...options, now }, 2).settle(true)
    expect(stored(api)).toBeUndefined()
  })
})
