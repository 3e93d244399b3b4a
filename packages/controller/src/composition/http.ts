import type { DependencyContainer } from 'tsyringe'
import { startDashboard } from '../dashboard/serve.js'
import { healthRoutes } from '../http/health.js'
import { metricsRoute } from '../http/metrics.js'
import { collectionsOf } from '../kube/caches.js'
import { permissionsText } from '../permissions.js'
import { Telemetry } from '../telemetry/telemetry.js'
import { version } from '../version.js'
import { provide } from './register.js'
import { tokens } from './tokens.js'

/** What the controller shows of itself. */
export function registerHttp(container: DependencyContainer): void {
  provide(container, tokens.telemetry, () => new Telemetry(version))

  provide(container, tokens.routes, c => {
    const caches = c.resolve(tokens.caches)
    const [telemetry, permissions] = [c.resolve(tokens.telemetry), c.resolve(tokens.permissions)]
    const [reconciler, queue, clock] = [c.resolve(tokens.reconciler), c.resolve(tokens.queue), c.resolve(tokens.clock)]
    telemetry.watch({
      states: () => reconciler.states(),
      leading: () => reconciler.leading,
      queue: () => ({ waiting: queue.depth, running: queue.running, delayed: queue.delayed }),
      collections: () => collectionsOf(caches),
      missing: () => permissions.missing(),
      now: () => clock.now(),
    })
    const unready = () => collectionsOf(caches).flatMap(({ name, synced }) => (synced ? [] : [name]))
    const refused = () => permissionsText(permissions.missing())
    return [...healthRoutes({ unready, refused }), metricsRoute(telemetry)]
  })

  container.register(tokens.dashboardExtras, { useValue: {} })

  provide(container, tokens.dashboard, c => {
    const { dashboard: configuration } = c.resolve(tokens.configuration)
    if (!configuration.enabled) return undefined
    const shown = { birdWatches: c.resolve(tokens.caches).birdWatches, carried: c.resolve(tokens.reconciler) }
    const [listen, extras] = [c.resolve(tokens.listen), c.resolve(tokens.dashboardExtras)]
    return () => startDashboard({ shown, listen, configuration, extras, logger: c.resolve(tokens.logger) })
  })
}
