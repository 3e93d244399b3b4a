import { createClient, LeaseElection } from '@birdwatch/kube'
import type { DependencyContainer } from 'tsyringe'
import { createCaches } from '../kube/caches.js'
import { observed, type Request } from '../kube/observed.js'
import { Permissions } from '../permissions.js'
import { version } from '../version.js'
import { provide } from './register.js'
import { tokens } from './tokens.js'

/** The Kubernetes API: client, caches and the Lease. */
export function registerKube(container: DependencyContainer): void {
  provide(
    container,
    tokens.permissions,
    c => new Permissions(c.resolve(tokens.monotonic), () => c.resolve(tokens.controller).enqueueAll()),
  )

  provide(container, tokens.client, c => {
    const { path, context, server } = c.resolve(tokens.kubeconfig)
    const client = createClient({
      userAgent: `birdwatch/${version}`,
      fieldManager: 'birdwatch',
      ...(path === undefined ? {} : { kubeconfigPath: path }),
      ...(context === undefined ? {} : { context }),
      ...(server === undefined ? {} : { server }),
      clock: c.resolve(tokens.monotonic),
      transport: c.resolve(tokens.transport),
    })
    const permissions = c.resolve(tokens.permissions)
    const ended = (request: Request) => {
      const { verb, resource, code, ms } = request
      const telemetry = c.resolve(tokens.telemetry)
      permissions.saw(request)
      telemetry.count('birdwatch_api_requests_total', { verb, resource, code })
      if (verb === 'watch') return
      telemetry.time('birdwatch_api_request_seconds', { verb }, ms)
      c.resolve(tokens.tracer).record(`${verb} ${resource}`, { code }, ms)
    }
    return observed(client, ended, watch => permissions.saw(watch))
  })

  provide(container, tokens.caches, c => {
    const { namespaces, clusterDomain } = c.resolve(tokens.configuration)
    const logger = c.resolve(tokens.logger)
    const telemetry = c.resolve(tokens.telemetry)
    return createCaches({
      client: c.resolve(tokens.client),
      istioVersion: c.resolve(tokens.istioVersion),
      namespaces,
      clusterDomain,
      clock: c.resolve(tokens.monotonic),
      random: c.resolve(tokens.random),
      observe: resource => ({
        onList: ({ objects, durationMs }) => {
          telemetry.count('birdwatch_reflector_lists_total', { resource })
          logger.debug('listed', { resource, objects, durationMs })
        },
        onError: (error, retryInMs) => {
          telemetry.count('birdwatch_reflector_errors_total', { resource })
          logger.warn('list or watch failed', { resource, error: (error as Error).message, retryInMs })
        },
      }),
    })
  })

  provide(container, tokens.election, c => {
    const { enabled, namespace, name, leaseSeconds } = c.resolve(tokens.configuration).leaderElection
    if (!enabled) return undefined
    const client = c.resolve(tokens.client)
    const logger = c.resolve(tokens.logger)
    return new LeaseElection({
      client,
      clock: c.resolve(tokens.monotonic),
      wallClock: () => c.resolve(tokens.clock).now(),
      random: c.resolve(tokens.random),
      namespace: namespace ?? client.namespace ?? 'default',
      name,
      leaseDurationMs: leaseSeconds * 1000,
      renewDeadlineMs: (leaseSeconds * 1000 * 2) / 3,
      retryPeriodMs: (leaseSeconds * 1000) / 7.5,
      onStarted: fence => void c.resolve(tokens.controller).lead(fence),
      onStopped: fence => c.resolve(tokens.controller).follow(fence),
      onError: error => logger.warn('the Lease was not renewed', { error: (error as Error).message }),
    })
  })
}
