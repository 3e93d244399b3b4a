import type { Logger } from '@birdwatch/core'
import type { Configuration } from '../config/schema.js'
import type { HttpServer, startHttp } from '../http/server.js'
import { type Shown, showAll } from './show.js'

export interface DashboardParts {
  readonly shown: Shown
  readonly listen: typeof startHttp
  readonly configuration: Pick<Configuration['dashboard'], 'host' | 'port' | 'hosts'>
  readonly logger: Logger
}

/**
 * Serves the page of rollouts on a port of its own. It only looks; a process that does not lead shows what is saved.
 * Rejects when it can not listen.
 */
export async function startDashboard({ shown, listen, configuration, logger }: DashboardParts): Promise<HttpServer> {
  // Loaded only where it is switched on.
  const { dashboardHandler, RolloutFeed } = await import('@birdwatch/dashboard')
  const { host, port, hosts } = configuration
  const feed = new RolloutFeed()
  const handler = dashboardHandler({ source: feed, hosts })
  const server = await listen({ host, port, routes: [{ path: '/', handle: handler }], logger }).catch(error => {
    handler.close()
    throw error
  })
  const unfollow = showAll(shown, feed)
  logger.info('dashboard listening', { host, port: server.port })
  return {
    port: server.port,
    async close() {
      unfollow()
      handler.close()
      await server.close()
    },
  }
}
