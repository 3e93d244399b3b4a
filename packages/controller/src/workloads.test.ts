import { istioTarget } from '@birdwatch/router-istio'
import { describe, expect, it } from 'vitest'
import type { ApiServer } from '../test/support/api-server.js'
import { destinationRules, filledCaches, services, startCluster } from '../test/support/cluster.js'
import { cachedReadiness, canaryPodLabels } from './workloads.js'

const target = istioTarget({ namespace: 'shop', service: 'aleph', canaryVersion: 'v04' })
const read = async (api: ApiServer) =>
  cachedReadiness(await filledCaches(api), 'cluster.local').read(target, {
    canaryVersion: 'v04',
    productionVersion: 'v03',
  })
const setHost = (api: ApiServer, host: string) =>
  api.edit(destinationRules, 'shop', 'aleph', o => Object.assign(o.spec as object, { host }))

describe('The workloads behind a BirdWatch', () => {
  it.each(['aleph', 'aleph.shop.svc.cluster.local'])('are found by the host %s', async host => {
    const api = await startCluster()
    setHost(api, host)
    expect(await read(api)).toMatchObject({ canary: { available: 2, desired: 2 }, production: { available: 2 } })
  })

  it.each([
    [
      'is elsewhere',
      'aleph.bank.svc.cluster.local',
      'the host aleph.bank.svc.cluster.local of DestinationRule aleph is no Service of namespace shop',
    ],
    ['is not there', 'beth', 'there is no Service beth in namespace shop'],
  ])('are not found when the Service %s', async (_, host, looked) => {
    const api = await startCluster()
    setHost(api, host)
    expect((await read(api)).looked).toContain(looked)
  })

  it('are found without a DestinationRule by the name of the service', async () => {
    const api = await startCluster()
    api.remove(destinationRules, 'shop', 'aleph')
    expect(await read(api)).toMatchObject({ canary: { available: 2 } })
  })

  it('tell the labels that the subsets must select, once there is a Deployment', async () => {
    const api = await startCluster()
    const caches = await filledCaches(api)
    expect(canaryPodLabels(target, caches, 'cluster.local')).toEqual({ app: 'aleph', version: 'v04' })
    expect(canaryPodLabels({ ...target, canaryVersion: 'v99' }, caches, 'cluster.local')).toBeUndefined()
  })

  it('are none when the Service selects nothing', async () => {
    const api = await startCluster()
    api.edit(services, 'shop', 'aleph', o => Object.assign(o, { spec: {} }))
    expect((await read(api)).looked).toContain('has no selector')
  })
})
