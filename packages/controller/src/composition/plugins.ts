import type { MetricProvider, Notifier } from '@birdwatch/core'
import type { DependencyContainer } from 'tsyringe'
import type { Instance } from '../config/schema.js'
import { createInstance, type PluginSources } from '../plugins/load.js'
import { Notifiers } from '../plugins/notifiers.js'
import type { Plugin } from '../plugins/plugin.js'
import { Providers } from '../plugins/providers.js'
import { tokens } from './tokens.js'

/** Makes the instances that are configured, unless the container has other ones. Rejects with a `ConfigurationError`. */
export async function registerInstances(container: DependencyContainer): Promise<void> {
  const { providers, notifiers } = container.resolve(tokens.configuration)
  const [telemetry, tracer] = [container.resolve(tokens.telemetry), container.resolve(tokens.tracer)]
  const logger = container.resolve(tokens.logger)
  if (!container.isRegistered(tokens.providers, true)) {
    const made = await makeAll<MetricProvider>(container, 'providers', providers, tokens.metricPlugins)
    const all = made.map(({ instance, port }) => ({ instance, provider: port }))
    const observed = new Providers(all, ({ provider, code, ms }) => {
      telemetry.count('birdwatch_provider_queries_total', { provider, code })
      telemetry.time('birdwatch_provider_query_seconds', { provider }, ms)
      tracer.record(`query ${provider}`, { code }, ms)
    })
    container.register(tokens.providers, { useValue: observed })
  }
  if (!container.isRegistered(tokens.notifiers, true)) {
    const made = await makeAll<Notifier>(container, 'notifiers', notifiers, tokens.notifierPlugins)
    const all = made.map(({ instance, port }) => ({ instance, notifier: port }))
    container.register(tokens.notifiers, {
      useValue: new Notifiers(all, logger, delivery => telemetry.count('birdwatch_notifications_total', delivery)),
    })
  }
}

async function makeAll<Port extends { readonly contract: 1 }>(
  container: DependencyContainer,
  list: 'providers' | 'notifiers',
  instances: readonly Instance[],
  builtIn: typeof tokens.metricPlugins | typeof tokens.notifierPlugins,
): Promise<{ instance: Instance; port: Port }[]> {
  const sources: PluginSources<Port> = {
    builtIn: container.resolve(builtIn as typeof tokens.metricPlugins) as unknown as Record<string, Plugin<Port>>,
    secrets: { env: container.resolve(tokens.environment) },
  }
  return Promise.all(
    instances.map(async (instance, i) => ({ instance, port: await createInstance(instance, [list, i], sources) })),
  )
}
