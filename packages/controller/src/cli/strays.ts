import { type Logger, messageOf } from '@birdwatch/core'
import { ownerNow } from '../plugins/owner.js'
import { crashText } from './crash.js'

/**
 * What is thrown where nobody catches it: in a timer, in an event, in a promise that nobody awaits. What a plugin left
 * there is logged in its name, and everybody else goes on; anything else is a defect of ours, which ends the process: the
 * next one goes on from what is saved.
 */
export const strayHandler =
  (logger: Pick<Logger, 'error'>, crash: (text: string) => void) =>
  (error: unknown): void => {
    const plugin = ownerNow()
    if (plugin === undefined) {
      crash(crashText(error))
      return
    }
    // No other property is logged: the errors of HTTP clients carry the request with its credentials.
    const where = error instanceof Error ? { stack: error.stack?.split('\n').slice(1, 4).join('\n') } : {}
    logger.error('a plugin threw where nobody waits for it', { plugin, error: messageOf(error), ...where })
  }
