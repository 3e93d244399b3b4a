import { type Clock, type Logger, messageOf, type PluginKind } from '@birdwatch/core'

/** A plugin that throws again and again is told of once in this time, milliseconds. */
const silenceMs = 60_000

export interface StrayObservers {
  readonly logger: Pick<Logger, 'error'>
  readonly clock: Pick<Clock, 'now'>
  /** Counts every one. */
  readonly count: (kind: PluginKind, plugin: string) => void
}

/** Takes what one plugin throws where nobody waits for it: counts all, logs one a minute and how many were left out. */
export function strayObserver(kind: PluginKind, plugin: string, { logger, clock, count }: StrayObservers) {
  let toldAt = Number.NEGATIVE_INFINITY
  let leftOut = 0
  return (error: unknown): void => {
    count(kind, plugin)
    if (clock.now() - toldAt < silenceMs) {
      leftOut++
      return
    }
    const more = leftOut === 0 ? {} : { leftOut }
    toldAt = clock.now()
    leftOut = 0
    // No other property is logged: the errors of HTTP clients carry the request with its credentials.
    const where = error instanceof Error ? { stack: error.stack?.split('\n').slice(1, 4).join('\n') } : {}
    logger.error('a plugin threw where nobody waits for it', { plugin, error: messageOf(error), ...where, ...more })
  }
}
