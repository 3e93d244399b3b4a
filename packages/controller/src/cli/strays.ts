import { type Logger, messageOf } from '@birdwatch/core'
import { ownerNow } from '../plugins/owner.js'
import { crashText } from './crash.js'

/** What a plugin throws in a fast timer must not fill the log: of one message so many lines in so long, the rest is counted. */
const most = { lines: 3, ms: 60_000 }
/** Messages with numbers in them are all different: beyond so many, what is known of them is given up. */
const messagesKept = 1000

interface Window {
  readonly since: number
  lines: number
  leftOut: number
}

/**
 * What is thrown where nobody catches it: in a timer, in an event, in a promise that nobody awaits. What a plugin left
 * there is logged in its name, and everybody else goes on; anything else is a defect of ours, which ends the process: the
 * next one goes on from what is saved.
 */
export function strayHandler(
  logger: Pick<Logger, 'error'>,
  crash: (text: string) => void,
  now: () => number = Date.now,
): (error: unknown) => void {
  const windows = new Map<string, Window>()
  return error => {
    const plugin = ownerNow()
    if (plugin === undefined) {
      crash(crashText(error))
      return
    }
    const message = messageOf(error)
    const key = JSON.stringify([plugin, message])
    const last = windows.get(key)
    const fresh = last === undefined || now() - last.since >= most.ms
    const window = fresh ? { since: now(), lines: 0, leftOut: 0 } : last
    if (windows.size >= messagesKept) windows.clear()
    windows.set(key, window)
    if (window.lines++ >= most.lines) {
      window.leftOut++
      return
    }
    // No other property is logged: the errors of HTTP clients carry the request with its credentials.
    const where = error instanceof Error ? { stack: error.stack?.split('\n').slice(1, 4).join('\n') } : {}
    const before = fresh && last?.leftOut ? { leftOut: last.leftOut } : {}
    logger.error('a plugin threw where nobody waits for it', { plugin, error: message, ...where, ...before })
  }
}
