import type { Clock, Logger } from '@birdwatch/core'
import type { ConfiguredProvider } from './providers.js'

const checkTimeoutMs = 10_000
const firstRetryMs = 5000
const longestRetryMs = 60_000

export interface HealthOptions {
  readonly clock: Clock
  readonly logger: Logger
  /** Called when a provider has become reachable, or has not. */
  readonly changed: (provider: string, error: string | undefined) => void
}

/**
 * Asks every provider once at start whether it can be reached, and again until it can. The controller does not wait for
 * it: rollouts hold while a metric can not be read.
 */
export class ProviderHealth {
  readonly #errors = new Map<string, string>()
  readonly #options: HealthOptions

  constructor(options: HealthOptions) {
    this.#options = options
  }

  /** Why a provider could not be reached; undefined when it could, or was not asked yet. */
  errorOf(provider: string): string | undefined {
    return this.#errors.get(provider)
  }

  /** Resolves when every provider was reached once, or when `signal` aborts. */
  async watch(providers: readonly ConfiguredProvider[], signal: AbortSignal): Promise<void> {
    await Promise.all(providers.map(provider => this.#untilReached(provider, signal)))
  }

  async #untilReached({ instance: { name }, provider }: ConfiguredProvider, signal: AbortSignal): Promise<void> {
    const { clock, logger, changed } = this.#options
    for (let retryMs = firstRetryMs; !signal.aborted; retryMs = Math.min(2 * retryMs, longestRetryMs)) {
      try {
        await provider.check?.(AbortSignal.any([signal, AbortSignal.timeout(checkTimeoutMs)]))
        const recovered = this.#errors.delete(name)
        logger.info('provider reached', { provider: name, recovered })
        return changed(name, undefined)
      } catch (error) {
        if (signal.aborted) return
        const message = error instanceof Error ? error.message : String(error)
        this.#errors.set(name, message)
        logger.warn('provider can not be reached; rollouts that need it hold', {
          provider: name,
          error: message,
          retryMs,
        })
        changed(name, message)
        await clock.sleep(retryMs, signal).catch(() => {})
      }
    }
  }
}
