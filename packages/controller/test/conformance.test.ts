import { createIstioRouter, istioTarget } from '@birdwatch/router-istio'
import { rolloutStoreSuite, trafficRouterSuite } from '@birdwatch/testing'
import { describe, test } from 'vitest'
import { Claims } from '../src/claims.js'
import { istioObjects } from '../src/objects.js'
import { engineOf, projectBirdWatch, type RawBirdWatch } from '../src/resource/birdwatch.js'
import { StatusStore } from '../src/store.js'
import { addBirdWatch, addRouting, birdwatches, filledCaches, setWeight, startCluster } from './support/cluster.js'

/** What the controller puts behind the engine's ports keeps the published contracts. */

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
