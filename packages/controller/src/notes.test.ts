import { definePolicy, type RolloutState } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import type { ApiServer } from '../test/support/api-server.js'
import { filledCaches, startCluster, virtualServices } from '../test/support/cluster.js'
import { instance, provider, silent } from '../test/support/plugins.js'
import { rolloutState } from '../test/support/samples.js'
import { AffectedRollouts, notesOf } from './notes.js'
import type { MissingPermission } from './permissions.js'
import type { Trouble } from './plugins/health.js'
import { Providers } from './plugins/providers.js'

const spec = { increment: 1, interval: 5, ifUnhealthy: 'rollback', deviation: 1 } as const

async function notes(
  changes: Partial<RolloutState> = {},
  {
    api,
    troubles = {},
    refusal,
    missing = [],
  }: {
    api?: ApiServer
    troubles?: Record<string, Trouble>
    refusal?: string
    missing?: MissingPermission[]
  } = {},
) {
  const caches = await filledCaches(api ?? (await startCluster()))
  const providers = new Providers([{ instance: instance('main', { type: 'prometheus' }), provider: provider() }], {
    logger: silent,
  })
  const notifiers = { namesFor: () => ['slack'] }
  const health = { troubleOf: (kind: string, name: string) => troubles[`${kind} ${name}`] }
  const refusals = { of: () => refusal }
  const permissions = { missing: () => missing }
  const plugins = { providers, notifiers, router: 'istio', health }
  const options = { caches, clusterDomain: 'cluster.local', ...plugins, refusals, permissions }
  return notesOf(rolloutState(changes), options)
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

describe('PermissionMissing', () => {
  it('names what the Roles lack, with the words of the API server', async () => {
    const missing = [
      { verb: 'create', resource: 'events', namespace: 'shop', message: 'cannot create resource "events"' },
    ]
    expect(await notes({}, { missing })).toMatchObject([
      {
        type: 'Degraded',
        reason: 'PermissionMissing',
        message: 'The controller is not permitted to create events: cannot create resource "events"',
      },
    ])
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

  it.each<[string, boolean, string, string]>([
    ['provider main', false, 'ProviderUnreachable', 'The provider main can not be reached: down.'],
    ['provider main', true, 'ProviderFailed', 'The provider main can not be made: down.'],
    ['notifier slack', true, 'NotifierFailed', 'The notifier slack can not be made: down.'],
    ['router istio', true, 'RouterFailed', 'The router istio can not be made: down.'],
  ])(
    'names the %s that the rollout needs, and why it is not in use (unmade: %s)',
    async (which, unmade, reason, message) => {
      expect(await notes(queried('x'), { troubles: { [which]: { unmade, message: 'down' } } })).toMatchObject([
        { type: 'Degraded', reason, message: expect.stringContaining(message) },
      ])
    },
  )

  it('does not name what the rollout does not use, nor a notifier that is only out of reach', async () => {
    const down = { unmade: true, message: 'down' }
    const troubles = { 'provider other': down, 'notifier mail': down, 'notifier slack': { ...down, unmade: false } }
    expect(await notes(queried('x'), { troubles })).toEqual([])
  })
})

describe('Rollouts that a plugin in trouble affects', () => {
  it('are named in the log, once, and once more when it is over', () => {
    const lines: string[] = []
    const log = (message: string, fields: object = {}) =>
      void lines.push(`${message} ${Object.values(fields).join(' ')}`)
    const affected = new AffectedRollouts({ ...silent, info: log, warn: log })
    const note = { type: 'Degraded', reason: 'ProviderFailed', message: 'main can not be made' } as const
    for (const notes of [[], [note], [note], [], []]) affected.note(rolloutState(), notes)
    expect(lines).toEqual([
      'rollout affected by a plugin shop/aleph main can not be made',
      'rollout no longer affected by a plugin shop/aleph',
    ])
  })

  it('are forgotten with their BirdWatch: one of the same name is named anew', () => {
    const lines: string[] = []
    const affected = new AffectedRollouts({ ...silent, warn: message => void lines.push(message) })
    const note = { type: 'Degraded', reason: 'ProviderFailed', message: 'main can not be made' } as const

    affected.note(rolloutState(), [note])
    affected.forget('shop/aleph')
    affected.note(rolloutState(), [note])

    expect(lines).toEqual(['rollout affected by a plugin', 'rollout affected by a plugin'])
  })
})
