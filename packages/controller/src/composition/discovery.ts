import { messageOf } from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import type { DependencyContainer } from 'tsyringe'
import { healthRoutes } from '../http/health.js'
import type { HttpServer } from '../http/server.js'
import { discover } from '../kube/caches.js'
import { tokens } from './tokens.js'

/** Between two questions, milliseconds: doubled from the first to the longest, less up to a half. */
const [firstPauseMs, longestPauseMs] = [1000, 30_000]

/**
 * Which version of Istio's API is served; undefined where another router is configured. An API server that can not be asked is asked again until it answers; meanwhile the
 * process lives and is not ready. What time does not mend rejects, as `discover` does.
 */
export async function discovered(container: DependencyContainer, signal?: AbortSignal): Promise<string | undefined> {
  const [client, logger] = [container.resolve(tokens.client), container.resolve(tokens.logger)]
  const [clock, random] = [container.resolve(tokens.monotonic), container.resolve(tokens.random)]
  const istio = container.resolve(tokens.configuration).router.type === 'istio'
  let waiting: HttpServer | undefined
  try {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        return await discover(client, { istio, signal })
      } catch (error) {
        if (!isKubeError(error) || !error.retryable) throw error
        if (waiting === undefined) {
          logger.warn('the API server can not be asked; trying again until it answers', {
            code: error.code,
            error: messageOf(error),
          })
          waiting = await unready(container)
        }
        await clock.sleep(pauseMs * (1 - random() / 2), signal)
      }
    }
  } finally {
    if (waiting !== undefined) await waiting.close()
  }
}

/** Listens in place of the controller that can not be made yet. */
function unready(container: DependencyContainer): Promise<HttpServer> {
  const [listen, logger] = [container.resolve(tokens.listen), container.resolve(tokens.logger)]
  const routes = healthRoutes({ unready: () => ['the API server does not answer'], refused: () => '' })
  return listen({ ...container.resolve(tokens.configuration).http, routes, logger })
}
