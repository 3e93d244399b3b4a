import {
  BirdWatchError,
  type Clock,
  codeOf,
  type ErrorCode,
  type Logger,
  messageOf,
  type PluginKind,
  silence,
  withDeadline,
} from '@birdwatch/core'
import {
  ConstantBackoff,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  noop,
  retry,
  SamplingBreaker,
  wrap,
} from 'cockatiel'
import type { Instance } from '../config/schema.js'
import { Semaphore } from './semaphore.js'

/** A call of a plugin that ended. */
export interface PluginCall {
  readonly kind: PluginKind
  readonly instance: string
  readonly method: string
  /** `OK`, that of the error, or `ABORTED` when the caller lost interest. */
  readonly code: string
  readonly ms: number
}

interface Protection {
  /** The code of what a plugin throws that is none of the catalogue's. */
  readonly lost: ErrorCode
  readonly late: ErrorCode
  /** Failures that are tried once more within the same deadline: a connection that the other side had closed, say. */
  readonly again: readonly ErrorCode[]
}

/**
 * What is put around the calls of each kind. A provider is asked once more, because a check that fails waits for a whole
 * back-off of the engine. A notifier is not: the courier repeats a notice by itself, in its order.
 */
const protections: Readonly<Record<'metric-provider' | 'notifier', Protection>> = {
  'metric-provider': {
    lost: 'METRIC_UNREACHABLE',
    late: 'METRIC_TIMEOUT',
    again: ['METRIC_UNREACHABLE', 'METRIC_BAD_ANSWER'],
  },
  notifier: { lost: 'NOTIFIER_UNREACHABLE', late: 'NOTIFIER_TIMEOUT', again: [] },
}

const againAfterMs = 200
/** A plugin of which at least so many calls failed within so long, and none succeeded, is left alone for a while. */
const suspension = { calls: 5, withinMs: 30_000, forMs: 10_000 }

/** Who is told of what plugins do. */
export interface Observers {
  readonly logger: Logger
  /** Goes by it: the deadline of every call. Default: the system's. */
  readonly clock?: Clock
  /** False: calls are neither repeated nor suspended, because both go by real time (default true). */
  readonly resilient?: boolean
  readonly observe?: (call: PluginCall) => void
  /** Told when an instance is suspended, and when it answers again. */
  readonly suspended?: (kind: PluginKind, instance: string, is: boolean) => void
}

export interface GuardOptions {
  readonly kind: keyof typeof protections
  readonly instance: Pick<Instance, 'name' | 'timeoutSeconds' | 'concurrency'>
  readonly observers: Observers
}

/**
 * Stands between the engine and one instance of a plugin: bounds how many calls are under way and how long each takes,
 * whatever the plugin does; suspends one that only fails, so that an outage costs nobody a deadline; and counts. One rollout's
 * bad query suspends nothing: only failures that trying again could mend count, and any success ends the count.
 */
export class Guard {
  readonly #options: GuardOptions
  readonly #places: Semaphore
  readonly #breaker
  readonly #policy
  #suspendedUntil = 0
  #lastFailure = ''

  constructor(options: GuardOptions) {
    const { kind, instance } = options
    const { logger, suspended } = options.observers
    const { again } = protections[kind]
    this.#options = options
    this.#places = new Semaphore(instance.concurrency)
    this.#breaker = circuitBreaker(
      handleWhen(error => (error as Partial<BirdWatchError>).retryable === true),
      {
        halfOpenAfter: suspension.forMs,
        breaker: new SamplingBreaker({
          threshold: 0.99,
          duration: suspension.withinMs,
          minimumRps: suspension.calls / (suspension.withinMs / 1000),
        }),
      },
    )
    this.#breaker.onBreak(() => {
      this.#suspendedUntil = Date.now() + suspension.forMs
      suspended?.(kind, instance.name, true)
      const { forMs } = suspension
      logger.warn('plugin suspended', { kind, plugin: instance.name, error: this.#lastFailure, forMs })
    })
    this.#breaker.onReset(() => {
      suspended?.(kind, instance.name, false)
      logger.info('plugin answers again', { kind, plugin: instance.name })
    })
    const once = retry(
      handleWhen(error => again.includes(codeOf(error) as ErrorCode)),
      { maxAttempts: 1, backoff: new ConstantBackoff(againAfterMs) },
    )
    const { resilient = true } = options.observers
    this.#policy = resilient ? wrap(again.length > 0 ? once : noop, this.#breaker) : noop
  }

  /** Makes one call. Rejects with an error of the catalogue, or with the reason of the caller's abort. */
  call<T>(method: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T> | T): Promise<T> {
    const { kind, instance, observers } = this.#options
    const ms = instance.timeoutSeconds * 1000
    const { clock } = observers
    const deadline = { ms, late: silence(protections[kind].late, ms), ...(clock && { clock }) }
    return counted({ kind, instance: instance.name, method }, signal, observers.observe, () =>
      withDeadline({ ...deadline, signal }, within =>
        this.#places.run(within, () =>
          this.#protected(within, () => withDeadline({ ...deadline, signal: within }, work)),
        ),
      ),
    )
  }

  async #protected<T>(within: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    const { kind } = this.#options
    try {
      return await this.#policy.execute(async () => {
        try {
          return await attempt()
        } catch (error) {
          const known = codeOf(error) !== undefined || within.aborted
          this.#lastFailure = messageOf(error)
          throw known ? error : new BirdWatchError(protections[kind].lost, messageOf(error), { cause: error })
        }
      }, within)
    } catch (error) {
      throw isBrokenCircuitError(error) ? this.#suspension() : error
    }
  }

  #suspension(): BirdWatchError {
    const { name } = this.#options.instance
    const retryAfterMs = Math.max(0, this.#suspendedUntil - Date.now())
    const message = `${name} is not asked for ${Math.ceil(retryAfterMs / 1000)} s, because it only failed lately: ${this.#lastFailure}`
    return new BirdWatchError('PLUGIN_SUSPENDED', message, { retryAfterMs })
  }
}

/** Tells an observer of a call and how it ended. */
export async function counted<T>(
  call: Pick<PluginCall, 'kind' | 'instance' | 'method'>,
  signal: AbortSignal,
  observe: ((call: PluginCall) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  const end = (code: string) => observe?.({ ...call, code, ms: performance.now() - began })
  try {
    const result = await work()
    end('OK')
    return result
  } catch (error) {
    end(codeOf(error) ?? (signal.aborted ? 'ABORTED' : 'UNKNOWN'))
    throw error
  }
}
