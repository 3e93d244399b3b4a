import { ownerNow } from '../plugins/owner.js'
import { crashText } from './crash.js'

/**
 * Takes over what is thrown where nobody catches it: in a timer, in an event, in a promise that nobody awaits. What a plugin
 * left there is told in its name, and everybody else goes on; anything else is a defect of ours, which ends the process:
 * the next one goes on from what is saved.
 */
export function handleStrays(): void {
  const stray = (error: unknown): void => {
    const owner = ownerNow()
    if (owner === undefined) process.stderr.write(crashText(error), () => process.exit(1))
    else owner.stray(error)
  }
  process.on('uncaughtException', stray).on('unhandledRejection', stray)
}
