import { BirdWatchError, type ErrorCode, systemClock } from '@birdwatch/core'
import { createIstioRouter, istioTarget } from '@birdwatch/router-istio'
import {
  memoryNotifier,
  memoryRouter,
  metricProviderSuite,
  notifierSuite,
  rolloutStoreSuite,
  scriptedMetrics,
  trafficRouterSuite,
} from '@birdwatch/testing'
import { describe, test } from 'vitest'
import { Claims } from '../src/claims.js'
import { istioObjects } from '../src/objects.js'
import { Pacer, paced } from '../src/pacer.js'
import { Notifiers } from '../src/plugins/notifiers.js'
import { Providers } from '../src/plugins/providers.js'
import { guardedRouter } from '../src/plugins/router.js'
import { engineOf, projectBirdWatch, type RawBirdWatch } from '../src/resource/birdwatch.js'
import { StatusStore } from '../src/store.js'
import { addBirdWatch, addRouting, birdwatches, filledCaches, setWeight, startCluster } from './support/cluster.js'
import { instance, silent } from './support/plugins.js'

/** What the controller puts around or behind the engine's ports keeps the published contracts. */

describe('StatusStore', () =>
  rolloutStoreSuite({
    test,
    create: async () => {
      const api = await startCluster()
      const uid = addBirdWatch(api).metadata.uid ?? ''
      const open = async () => {
        const { birdWatches } = await filledCaches(api)
        const claims = new Claims()
        return new StatusStore({ birdWatches, key: 'shop/aleph', uid, claims, notes: () => [], now: Date.now }, 0)
      }
      return {
        store: await open(),
        another: await open(),
        load: async () => engineOf(projectBirdWatch(api.get(birdwatches, 'shop', 'aleph') as RawBirdWatch)),
      }
    },
  }))

describe('the Istio router over the caches', () =>
  trafficRouterSuite({
    test,
    create: async () => {
      const api = await startCluster()
      addRouting(api, 'beth')
      const router = createIstioRouter({ objects: istioObjects(await filledCaches(api)) })
      const target = (service: string) => istioTarget({ namespace: 'shop', service, canaryVersion: 'v04' })
      return {
        router,
        target: target('aleph'),
        other: target('beth'),
        absent: target('gimel'),
        version: 'v04',
        write: weight => setWeight(api, weight, 'kubectl-edit'),
        hang: () => {
          api.gate = ({ method }) => (method === 'PATCH' ? new Promise(() => {}) : undefined)
        },
        refuse: () => {
          api.gate = () => 403
        },
      }
    },
    exceptions: { 'router/errors-keep-secrets': 'the server of this test wants no credentials' },
  }))

describe('a guarded and paced router', () =>
  trafficRouterSuite({
    test,
    create: () => {
      const router = memoryRouter()
      router.mesh.remove({ service: 'gone' })
      const fault = (kind: 'hang' | 'refuse') => {
        for (const method of ['prepare', 'shift', 'rollback', 'promote'] as const) router.fault(method, { kind }, 10)
      }
      const target = { service: 'aleph' }
      return {
        router: paced(
          guardedRouter('main', () => router),
          new Pacer({ clock: systemClock, periodMs: 0, burstMs: 0, quietMs: 0 }),
        ),
        target,
        other: { service: 'beth' },
        absent: { service: 'gone' },
        version: 'v2',
        write: weight => router.write('somebody', weight, target),
        hang: () => fault('hang'),
        refuse: () => fault('refuse'),
        secrets: ['hush hush'],
      }
    },
  }))

const failure = (code: ErrorCode) => new BirdWatchError(code, `this is ${code}, as scripted`)

describe('a configured provider', () =>
  metricProviderSuite({
    test,
    create: () => {
      const provider = scriptedMetrics({
        none: null,
        zero: 0,
        half: 0.5,
        moment: ({ at }) => at / 1000,
        hangs: 'hang',
        refused: failure('METRIC_QUERY_REFUSED'),
        fails: failure('METRIC_UNREACHABLE'),
        several: failure('METRIC_SEVERAL_SERIES'),
        range: failure('METRIC_NOT_A_NUMBER'),
        garbled: failure('METRIC_BAD_ANSWER'),
      })
      const nowhere = scriptedMetrics(() => failure('METRIC_UNREACHABLE'))
      const providers = new Providers(
        [
          { instance: instance('main'), provider },
          { instance: instance('nowhere'), provider: nowhere },
        ],
        { logger: silent },
      )
      return {
        provider: providers.for('shop', 'main').provider,
        unreachable: providers.for('shop', 'nowhere').provider,
        numbers: { zero: 0, half: 0.5 },
        noData: 'none',
        moment: 'moment',
        hangs: 'hangs',
        refused: 'refused',
        fails: 'fails',
        several: 'several',
        notANumber: 'range',
        garbled: 'garbled',
        secrets: ['hush hush'],
      }
    },
  }))

describe('configured notifiers', () =>
  notifierSuite({
    test,
    create: () => {
      const notifier = memoryNotifier()
      const all = new Notifiers([{ instance: instance('main'), notifier }], { logger: silent })
      const forShop = all.for('shop').main
      if (forShop === undefined) throw new Error('shop may not use the notifier')
      return {
        notifier: forShop,
        shown: () => notifier.notices.map(({ snapshot }, i) => `${snapshot.name}: ${notifier.texts[i]}`),
        hang: () => notifier.fault('notify', { kind: 'hang' }, 10),
        refuse: () => notifier.fault('notify', { kind: 'refuse' }),
        fail: () => notifier.fault('notify', { kind: 'drop' }),
        secrets: ['hush hush'],
      }
    },
  }))
