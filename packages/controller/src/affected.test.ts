import { describe, expect, it, vi } from 'vitest'
import type { ApiObject, ApiServer } from '../test/support/api-server.js'
import {
  addBirdWatch,
  addDeployment,
  birdwatches,
  deployments,
  destinationRules,
  filledCaches,
  services,
  startCluster,
  virtualServices,
} from '../test/support/cluster.js'
import { rolloutState } from '../test/support/samples.js'
import { watchChanges } from './affected.js'

/** Begins to note the keys that changes lead to. */
async function watched(api: ApiServer) {
  const caches = await filledCaches(api)
  const keys = new Set<string>()
  watchChanges(caches, key => keys.add(key))
  return keys
}
const touch = (change: object) => (object: ApiObject) => void Object.assign(object, change)

async function cluster() {
  const api = await startCluster()
  addBirdWatch(api, 'aleph')
  addBirdWatch(api, 'beth', { service: 'beth', canary_version: 'v09' })
  for (const [name, target] of [
    ['aleph', {}],
    ['beth', { service: 'beth', canaryVersion: 'v09' }],
  ] as const) {
    const state = rolloutState({ productionVersion: name === 'aleph' ? 'v03' : 'v08' })
    api.edit(
      birdwatches,
      'shop',
      name,
      touch({ status: { engine: { ...state, target: { ...state.target, ...target } } } }),
    )
  }
  return { api, keys: await watched(api) }
}

describe('A change leads to the BirdWatches it may matter to, and to no other:', () => {
  it.each([
    ['VirtualService', virtualServices],
    ['DestinationRule', destinationRules],
  ])('of a %s', async (_, kind) => {
    const { api, keys } = await cluster()
    api.edit(kind, 'shop', 'aleph', touch({ spec: { host: 'x' } }))
    await vi.waitFor(() => expect([...keys]).toEqual(['shop/aleph']))
  })

  it('of a Deployment of the canary or of production', async () => {
    const { api, keys } = await cluster()
    addDeployment(api, 'v03', 1)
    await vi.waitFor(() => expect([...keys]).toEqual(['shop/aleph']))
  })

  it('of a Deployment, to everybody who waits', async () => {
    const { api, keys } = await cluster()
    addBirdWatch(api, 'waits', { service: 'gimel' })
    await vi.waitFor(() => expect([...keys]).toContain('shop/waits'))
    keys.clear()
    addDeployment(api, 'v77')
    await vi.waitFor(() => expect([...keys]).toEqual(['shop/waits']))
  })

  it("of a Service's selector", async () => {
    const { api, keys } = await cluster()
    api.edit(services, 'shop', 'aleph', touch({ spec: { selector: { app: 'other' } } }))
    await vi.waitFor(() => expect([...keys].sort()).toEqual(['shop/aleph', 'shop/beth']))
  })

  it('of a BirdWatch, to those that name the same service', async () => {
    const { api, keys } = await cluster()
    addBirdWatch(api, 'second')
    await vi.waitFor(() => expect([...keys].sort()).toEqual(['shop/aleph', 'shop/second']))
  })

  it('not of what is not read', async () => {
    const { api, keys } = await cluster()
    api.edit(deployments, 'shop', 'aleph-v03', o => Object.assign(o.metadata, { labels: { team: 'a' } }))
    api.edit(virtualServices, 'other', 'aleph', touch({ spec: {} }))
    api.edit(birdwatches, 'shop', 'beth', o => Object.assign(o.metadata, { labels: { last: 'yes' } }))
    await vi.waitFor(() => expect([...keys]).toEqual(['shop/beth']))
  })
})
