import { systemClock } from '@birdwatch/core'
import {
  type MetricFixture,
  metricProviderSuite,
  type NotifierFixture,
  notifierSuite,
  type RouterFixture,
  trafficRouterSuite,
} from '@birdwatch/testing'
import { describe, test } from 'vitest'
import * as flags from '../../../examples/plugin-flags/fixture.js'
import * as jsonHttp from '../../../examples/plugin-json-http/fixture.js'
import * as webhook from '../../../examples/plugin-webhook/fixture.js'
import * as email from '../../notifier-email/test/fixture.js'
import * as slack from '../../notifier-slack/test/fixture.js'
import * as datadog from '../../provider-datadog/test/fixture.js'
import * as prometheus from '../../provider-prometheus/test/fixture.js'
import * as istio from '../../router-istio/test/fixture.js'
import { splitting } from '../../router-istio/test/fixtures.js'
import { Pacer, paced } from '../src/pacer.js'
import { Notifiers } from '../src/plugins/notifiers.js'
import { Providers } from '../src/plugins/providers.js'
import { guardedRouter } from '../src/plugins/router.js'
import { instance, silent } from './support/plugins.js'

/**
 * Every plugin that is shipped, and those of the examples, keep their contract also within all that the controller puts
 * around them: deadline, concurrency, retry, suspension and metrics. Each package proves them bare.
 */

const observers = { logger: silent, observe: () => {}, suspended: () => {} }

const hostedProvider = (provider: MetricFixture['provider']) =>
  new Providers([{ instance: instance('main'), provider }], observers).for('shop', 'main').provider

const hostedMetrics = (create: () => Promise<MetricFixture>) => async (): Promise<MetricFixture> => {
  const fixture = await create()
  const { provider, unreachable } = fixture
  return {
    ...fixture,
    provider: hostedProvider(provider),
    ...(unreachable && { unreachable: hostedProvider(unreachable) }),
  }
}

const hostedNotifier = (create: () => Promise<NotifierFixture>) => async (): Promise<NotifierFixture> => {
  const fixture = await create()
  const { main } = new Notifiers([{ instance: instance('main'), notifier: fixture.notifier }], observers).for('shop')
  return { ...fixture, notifier: main ?? fixture.notifier }
}

const hostedRouter = (create: () => RouterFixture | Promise<RouterFixture>) => async (): Promise<RouterFixture> => {
  const fixture = await create()
  const pacer = new Pacer({ clock: systemClock, periodMs: 0, burstMs: 0, quietMs: 0 })
  return {
    ...fixture,
    router: paced(
      guardedRouter('main', () => fixture.router, observers.observe),
      pacer,
    ),
  }
}

describe('Hosted by the controller', () => {
  describe('Prometheus', () => metricProviderSuite({ test, create: hostedMetrics(prometheus.createFixture) }))

  describe('Datadog', () => {
    const { createFixture, patienceMs } = datadog
    metricProviderSuite({ test, patienceMs, create: hostedMetrics(createFixture) })
  })

  describe('JSON over HTTP', () => metricProviderSuite({ test, create: hostedMetrics(jsonHttp.createFixture) }))

  describe('Slack', () => notifierSuite({ test, create: hostedNotifier(() => slack.createFixture('live')) }))

  describe('Slack without threads', () =>
    notifierSuite({ test, create: hostedNotifier(() => slack.createFixture('plain')) }))

  describe('mail', () => {
    const { createFixture, patienceMs } = email
    notifierSuite({ test, patienceMs, create: hostedNotifier(createFixture) })
  })

  describe('a signed webhook', () => notifierSuite({ test, create: hostedNotifier(webhook.createFixture) }))

  describe('Istio', () =>
    trafficRouterSuite({ test, create: hostedRouter(() => istio.createFixture(splitting(100, 0))) }))

  describe('feature flags', () => {
    const { createFixture, exceptions } = flags
    trafficRouterSuite({ test, exceptions, create: hostedRouter(createFixture) })
  })
})
