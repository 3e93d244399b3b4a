import 'reflect-metadata'
import type { Logger } from '@birdwatch/core'
import { type DependencyContainer, container as root } from 'tsyringe'
import type { Configuration } from '../config/schema.js'
import type { Controller } from '../controller.js'
import { noTracer } from '../tracing/tracer.js'
import { registerMetricPlugins, registerNotifierPlugins } from './built-in.js'
import { discovered } from './discovery.js'
import { registerEngine } from './engine.js'
import { registerHttp } from './http.js'
import { registerIstio } from './istio.js'
import { registerKube } from './kube.js'
import { registerPlatform } from './platform.js'
import { registerInstances, registerRouter } from './plugins.js'
import { provide } from './register.js'
import { type KubeconfigSource, tokens } from './tokens.js'
import { registerTracer } from './tracing.js'

export interface CompositionInput {
  readonly configuration: Configuration
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly kubeconfig: KubeconfigSource
  readonly logger: Logger
}

/** A container with the defaults: Istio, Prometheus and Slack. Register other parts in a child of it. */
export function createContainer({
  configuration,
  environment,
  kubeconfig,
  logger,
}: CompositionInput): DependencyContainer {
  const container = root.createChildContainer()
  container.register(tokens.configuration, { useValue: configuration })
  container.register(tokens.environment, { useValue: environment })
  container.register(tokens.kubeconfig, { useValue: kubeconfig })
  container.register(tokens.logger, { useValue: logger })
  container.register(tokens.tracer, { useValue: noTracer })
  registerPlatform(container)
  registerKube(container)
  registerIstio(container)
  registerMetricPlugins(container)
  registerNotifierPlugins(container)
  registerEngine(container)
  registerHttp(container)
  return container
}

/**
 * The controller of a container, ready to start. What has to be asked for first is asked here: the served version of
 * Istio's API, for as long as the API server does not answer, and the plugins. Rejects with a `KubeError` that time does not
 * mend.
 */
export async function composeController(container: DependencyContainer, signal?: AbortSignal): Promise<Controller> {
  await registerTracer(container)
  await registerInstances(container)
  if (!container.isRegistered(tokens.istioVersion, true)) {
    const served = await discovered(container, signal)
    provide(container, tokens.istioVersion, () => served)
  }
  await registerRouter(container)
  return container.resolve(tokens.controller)
}
