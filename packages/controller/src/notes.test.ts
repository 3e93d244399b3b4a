import { definePolicy, type RolloutState } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import type { ApiServer } from '../test/support/api-server.js'
import { filledCaches, startCluster, virtualServices } from '../test/support/cluster.js'
import { instance, provider } from '../test/support/plugins.js'
import { rolloutState } from '../test/support/samples.js'
import { notesOf } from './notes.js'
import { Providers } from './plugins/providers.js'

const spec = { increment: 1, interval: 5, ifUnhealthy: 'rollback', deviation: 1 } as const

async function notes(
  changes: Partial<RolloutState> = {},
  { api, error, refusal }: { api?: ApiServer; error?: string; refusal?: string } = {},
) {
  const caches = await filledCaches(api ?? (await startCluster()))
  const providers = new Providers([{ instance: instance('main', { type: 'prometheus' }), provider: provider() }])
  const health = { errorOf: () => error }
  const refusals = { of: () => refusal }
  return notesOf(rolloutState(changes), { caches, clusterDomain: 'cluster.local', providers, health, refusals })
}
const queried = (metric: string, more: object = {}) => ({ policy: definePolicy({ ...spec, metric, ...more }) })

describe('StaleWindow', () => {
  it('says that a query looks back further than the interval', async () => {
    expect(await notes(queried('rate(x[30s])'))).toMatchObject([
      { type: 'StaleWindow', message: expect.stringContaining('looks back 30 s, and it is checked 5 s after') },
    ])
  })

  it('is not there when the check waits long enough', async () => {
    expect(await notes(queried('rate(x[30s])', { settle: 25 }))).toEqual([])
  })
})

describe('SharedSubsets', () => {
  it('names the routes of others that use the subsets', async () => {
    const api = await startCluster()
    const route = [{ destination: { host: 'aleph.shop.svc.cluster.local', subset: 'canary' } }]
    api.edit(virtualServices, 'other', 'testers', o => Object.assign(o, { spec: { http: [{ name: 'all', route }] } }))
    expect(await notes(queried('x'), { api })).toMatchObject([
      { type: 'SharedSubsets', message: expect.stringContaining('other/testers http[0] (all) (canary)') },
    ])
  })

  it('is not there when nobody else uses them', async () => {
    expect(await notes(queried('x'))).toEqual([])
  })
})

describe('Degraded', () => {
  it('tells of a write that is refused, and why', async () => {
    expect(await notes(queried('x'), { refusal: 'answered 403 (Forbidden)' })).toMatchObject([
      { type: 'Degraded', reason: 'WriteRefused', message: expect.stringContaining('403') },
    ])
  })

  it('names the provider that can not be reached, and why', async () => {
    expect(await notes(queried('x'), { error: 'connection refused' })).toMatchObject([
      {
        type: 'Degraded',
        reason: 'ProviderUnreachable',
        message: expect.stringContaining('main can not be reached: connection refused'),
      },
    ])
  })
})
