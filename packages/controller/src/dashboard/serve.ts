import type { Logger } from '@birdwatch/core'
import type { DashboardOptions } from '@birdwatch/dashboard'
import type { Configuration } from '../config/schema.js'
import type { HttpServer, startHttp } from '../http/server.js'
import { type Shown, showAll } from './show.js'

/** What the page shows and takes besides the rollouts. A cluster's has none of it; a playground's has. */
export type DashboardExtras = Pick<DashboardOptions, 'commands' | 'kubectl' | 'playground' | 'title'>

export interface DashboardParts {
  readonly shown: Shown
  readonly listen: typeof startHttp
  readonly configuration: Pick<Configuration['dashboard'], 'host' | 'port' | 'hosts'>
  readonly extras: DashboardExtras
  readonly logger: Logger
}

/**
 * Serves the page of rollouts on a port of its own. Without extras it only looks; a process that does not lead shows
 * what is saved. Rejects when it can not listen.
 */
export async function startDashboard(parts: DashboardParts): Promise<HttpServer> {
  const { shown, listen, configuration, extras, logger } = parts
  // Loaded only where it is switched on.
  const { dashboardHandler, RolloutFeed } = await import('@birdwatch/dashboard')
  const { host, port, hosts } = configuration
  const feed = new RolloutFeed()
  const handler = dashboardHandler({ source: feed, hosts, ...extras })
  const takes = extras.commands !== undefined || extras.playground !== undefined
  const route = { path: '/', handle: handler, ...(takes && { methods: ['GET', 'HEAD', 'POST'] }) }
  const server = await listen({ host, port, routes: [route], logger }).catch(error => {
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
