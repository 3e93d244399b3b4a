import { type Clock, codeOf, type Logger, messageOf, withDeadline } from '@birdwatch/core'

const checkTimeoutMs = 10_000
const firstRetryMs = 5000
const longestRetryMs = 60_000

/** Something configured that may be out of reach, or not be there at all. */
export interface Checked {
  readonly kind: 'provider' | 'notifier' | 'router'
  readonly name: string
  /** Left out by plugins that can not tell. */
  readonly check?: (signal: AbortSignal) => Promise<void>
}

/** Why something is not in use. */
export interface Trouble {
  /** It could not be made, and not: it is there, and could not be reached. */
  readonly unmade: boolean
  readonly message: string
}

export interface HealthOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Called when it was reached, or was not. */
  readonly changed: (checked: Checked, error: string | undefined) => void
}

/**
 * Asks every plugin once at start whether it is there and can be reached, and again until it can. The controller does not
 * wait for it: rollouts hold while a metric can not be read.
 */
export class Health {
  readonly #troubles = new Map<string, Trouble>()
  readonly #options: HealthOptions

  constructor(options: HealthOptions) {
    this.#options = options
  }

  /** Why it is not in use; undefined when it was reached, or was not asked yet. */
  troubleOf(kind: Checked['kind'], name: string): Trouble | undefined {
    return this.#troubles.get(`${kind} ${name}`)
  }

  /** Resolves when everything was reached once, or when `signal` aborts. */
  async watch(all: readonly Checked[], signal: AbortSignal): Promise<void> {
    await Promise.all(all.map(checked => this.#untilReached(checked, signal)))
  }

  async #untilReached(checked: Checked, signal: AbortSignal): Promise<void> {
    const { clock, logger, changed } = this.#options
    const { kind, name } = checked
    const late = () => new Error(`no answer to the check within ${checkTimeoutMs / 1000} s`)
    for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(2 * retryMs, longestRetryMs)) {
      try {
        await withDeadline({ ms: checkTimeoutMs, late, signal, clock }, within => checked.check?.(within))
        this.#troubles.delete(`${kind} ${name}`)
        logger.info(`${kind} reached`, { [kind]: name })
        return changed(checked, undefined)
      } catch (error) {
        if (signal.aborted) return
        const [code, message] = [codeOf(error), messageOf(error)]
        const unmade = code?.startsWith('PLUGIN_') ?? false
        this.#troubles.set(`${kind} ${name}`, { unmade, message })
        if (unmade) logger.error(`${kind} can not be made`, { [kind]: name, code, error: message, retryMs })
        else logger.warn(`${kind} can not be reached`, { [kind]: name, code, error: message, retryMs })
        changed(checked, message)
        await clock.sleep(retryMs, signal).catch(() => {})
      }
    }
  }
}
