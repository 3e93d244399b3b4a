import type { PluginKind } from '@birdwatch/core'
import type { DependencyContainer } from 'tsyringe'
import type { Instance } from '../config/schema.js'
import { paced } from '../pacer.js'
import { deferredNotifier, deferredProvider } from '../plugins/deferred.js'
import type { PluginCall } from '../plugins/guard.js'
import { PluginInstance } from '../plugins/instance.js'
import type { BuiltIn } from '../plugins/load.js'
import { Notifiers } from '../plugins/notifiers.js'
import { Providers } from '../plugins/providers.js'
import { guardedRouter } from '../plugins/router.js'
import { strayObserver } from '../plugins/strays.js'
import { tokens } from './tokens.js'

/**
 * Makes the instances that are configured, unless the container has other ones. One that can not be made keeps nobody
 * from starting: see `PluginInstance`.
 */
export async function registerInstances(container: DependencyContainer): Promise<void> {
  const { providers, notifiers } = container.resolve(tokens.configuration)
  const [logger, resilient] = [container.resolve(tokens.logger), container.resolve(tokens.resilient)]
  const options = { logger, resilient, clock: container.resolve(tokens.clock), ...observersOf(container) }
  if (!container.isRegistered(tokens.providers, true)) {
    const made = await makeAll(
      container,
      'metric-provider',
      'providers',
      providers,
      container.resolve(tokens.metricPlugins),
    )
    container.register(tokens.providers, { useValue: new Providers(made.map(deferredProvider), options) })
  }
  if (!container.isRegistered(tokens.notifiers, true)) {
    const made = await makeAll(container, 'notifier', 'notifiers', notifiers, container.resolve(tokens.notifierPlugins))
    container.register(tokens.notifiers, { useValue: new Notifiers(made.map(deferredNotifier), options) })
  }
}

/** Makes the router, unless the container has another one; it may need the caches, and so the version of their API. */
export async function registerRouter(container: DependencyContainer): Promise<void> {
  if (container.isRegistered(tokens.router, true)) return
  const { router } = container.resolve(tokens.configuration)
  const plugins = container.resolve(tokens.routerPlugins)
  const made = make(container, 'traffic-router', { ...router, concurrency: 20 }, ['router'], plugins)
  await made.make()
  const guarded = guardedRouter(router.name, () => made.port, observersOf(container).observe)
  container.register(tokens.routerCheck, { useValue: { kind: 'router', name: router.name, check: s => made.check(s) } })
  container.register(tokens.router, {
    useValue: paced(container.resolve(tokens.refusals).remembering(guarded), container.resolve(tokens.pacer)),
  })
}

function make<Kind extends PluginKind>(
  container: DependencyContainer,
  kind: Kind,
  instance: Instance,
  path: readonly PropertyKey[],
  builtIn: BuiltIn<Kind>,
): PluginInstance<Kind> {
  const [logger, clock] = [container.resolve(tokens.logger), container.resolve(tokens.clock)]
  const { stray: count } = observersOf(container)
  return new PluginInstance(
    instance,
    path,
    { kind, builtIn },
    {
      secrets: { env: container.resolve(tokens.environment) },
      logger,
      clock,
      signal: container.resolve(tokens.shutdown).signal,
      stray: strayObserver(kind, instance.name, { logger, clock, count }),
    },
  )
}

async function makeAll<Kind extends PluginKind>(
  container: DependencyContainer,
  kind: Kind,
  list: string,
  instances: readonly Instance[],
  builtIn: BuiltIn<Kind>,
): Promise<PluginInstance<Kind>[]> {
  const all = instances.map((instance, i) => make(container, kind, instance, [list, i], builtIn))
  await Promise.all(all.map(one => one.make()))
  return all
}

/** Calls, suspensions and stray errors as metrics. */
function observersOf(container: DependencyContainer) {
  const [telemetry, tracer] = [container.resolve(tokens.telemetry), container.resolve(tokens.tracer)]
  return {
    observe({ kind, instance, method, code, ms }: PluginCall): void {
      if (kind === 'metric-provider') {
        telemetry.count('birdwatch_provider_queries_total', { provider: instance, code })
        telemetry.time('birdwatch_provider_query_seconds', { provider: instance }, ms)
        tracer.record(`query ${instance}`, { code }, ms)
      } else if (kind === 'notifier') {
        telemetry.count('birdwatch_notifications_total', { notifier: instance, code })
        telemetry.time('birdwatch_notification_seconds', { notifier: instance }, ms)
        tracer.record(`notify ${instance}`, { code }, ms)
      } else {
        telemetry.count('birdwatch_router_calls_total', { router: instance, method, code })
        telemetry.time('birdwatch_router_call_seconds', { router: instance, method }, ms)
        // Every pass observes, mostly from a cache: only what moves traffic is shown.
        if (method !== 'observe') tracer.record(`${method} ${instance}`, { code }, ms)
      }
    },
    suspended: (kind: PluginKind, plugin: string, is: boolean) =>
      telemetry.set('birdwatch_plugin_suspended', { kind, plugin }, is ? 1 : 0),
    stray: (kind: PluginKind, plugin: string) =>
      telemetry.count('birdwatch_plugin_stray_errors_total', { kind, plugin }),
  }
}
