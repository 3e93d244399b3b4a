import type { Clock, Logger } from '@birdwatch/core'

const checkTimeoutMs = 10_000
const firstRetryMs = 5000
const longestRetryMs = 60_000

/** Something configured that may be out of reach. */
export interface Checked {
  readonly kind: 'provider' | 'notifier'
  readonly name: string
  /** Left out by plugins that can not tell. */
  readonly check?: ((signal: AbortSignal) => Promise<void>) | undefined
}

export interface HealthOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Called when it was reached, or was not. */
  readonly changed: (checked: Checked, error: string | undefined) => void
}

/**
 * Asks every provider and notifier once at start whether it can be reached, and again until it can. The controller does
 * not wait for it: rollouts hold while a metric can not be read.
 */
export class Health {
  readonly #errors = new Map<string, string>()
  readonly #options: HealthOptions

  constructor(options: HealthOptions) {
    this.#options = options
  }

  /** Why a provider could not be reached; undefined when it could, or was not asked yet. */
  errorOf(provider: string): string | undefined {
    return this.#errors.get(`provider ${provider}`)
  }

  /** Resolves when everything was reached once, or when `signal` aborts. */
  async watch(all: readonly Checked[], signal: AbortSignal): Promise<void> {
    await Promise.all(all.map(checked => this.#untilReached(checked, signal)))
  }

  async #untilReached(checked: Checked, signal: AbortSignal): Promise<void> {
    const { clock, logger, changed } = this.#options
    const { kind, name } = checked
    for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(2 * retryMs, longestRetryMs)) {
      try {
        await checked.check?.(AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMs)]))
        this.#errors.delete(`${kind} ${name}`)
        logger.info(`${kind} reached`, { [kind]: name })
        return changed(checked, undefined)
      } catch (error) {
        if (signal.aborted) return
        const message = error instanceof Error ? error.message : String(error)
        this.#errors.set(`${kind} ${name}`, message)
        logger.warn(`${kind} can not be reached`, { [kind]: name, error: message, retryMs })
        changed(checked, message)
        await clock.sleep(retryMs, signal).catch(() => {})
      }
    }
  }
}
