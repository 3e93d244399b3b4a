import { describe, test } from 'vitest'
import { metricFixture, notifierFixture, routerFixture, storeFixture } from '../../test/fixtures.js'
import { memoryRouter, metricProviderSuite, notifierSuite, rolloutStoreSuite, trafficRouterSuite } from '../index.js'

describe('scriptedMetrics', () => metricProviderSuite({ test, create: metricFixture }))

describe('memoryNotifier', () => notifierSuite({ test, create: notifierFixture }))

describe('memoryStore', () => rolloutStoreSuite({ test, create: storeFixture }))

describe('memoryRouter', () => trafficRouterSuite({ test, create: () => routerFixture() }))

describe('memoryRouter, cached', () =>
  trafficRouterSuite({
    test,
    create: () => {
      const router = memoryRouter({ cached: true })
      const target = { service: 'aleph' }
      // What the watch of a real router does by itself, some time after the change.
      router.mesh.listen(() => setTimeout(() => router.deliver(target)))
      return routerFixture(router)
    },
  }))

describe('memoryRouter, coarse', () =>
  trafficRouterSuite({ test, create: () => routerFixture(memoryRouter({ units: 7 })) }))

describe('memoryRouter, simple', () =>
  trafficRouterSuite({
    test,
    create: () => routerFixture(memoryRouter({ simple: true })),
    exceptions: {
      'router/current-token-is-accepted': 'it gives out no tokens',
      'router/stale-token-is-refused': 'it gives out no tokens',
      'router/stale-after-foreign-write': 'it gives out no tokens',
      'router/one-of-two-shifts-wins': 'it gives out no tokens',
      'router/generation-counts-changes': 'it counts no changes',
      'router/knows-its-own-writes': 'it does not know who writes',
      'router/prepare-labels-the-canary': 'it tells no versions',
      'router/promote-never-goes-back': 'it tells no versions',
      'router/promote-can-go-back': 'it tells no versions',
    },
  }))
