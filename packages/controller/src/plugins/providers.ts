import { BirdWatchError, codeOf, type MetricProvider, type Policy, type Refusal } from '@birdwatch/core'
import type { Instance } from '../config/schema.js'
import { refuse } from '../resource/policy.js'
import type { Checked } from './health.js'
import { Semaphore } from './semaphore.js'

/** Told of every query that ended. */
export type QueryObserver = (query: { provider: string; code: string; ms: number }) => void

export interface ConfiguredProvider {
  readonly instance: Instance
  readonly provider: MetricProvider
}

/** The configured metric providers: who may use which, how many queries at once, and how long each may take. */
export class Providers {
  readonly #all: readonly ConfiguredProvider[]

  /** @param all the first is the default of every namespace that may use it */
  constructor(all: readonly ConfiguredProvider[], observe: QueryObserver = () => {}) {
    this.#all = all.map(({ instance, provider }) => ({ instance, provider: bounded(provider, instance, observe) }))
  }

  get checks(): Checked[] {
    return this.#all.map(({ instance: { name }, provider: { check } }) => ({ kind: 'provider', name, check }))
  }

  /** The longest that any query may take, milliseconds. */
  get longestTimeoutMs(): number {
    return 1000 * Math.max(1, ...this.#all.map(({ instance }) => instance.timeoutSeconds))
  }

  /** The instance of this name, or the default, for BirdWatches of one namespace. */
  find(namespace: string, name: string | undefined): ConfiguredProvider | undefined {
    const allowed = this.#allowedIn(namespace)
    return name === undefined ? allowed[0] : allowed.find(({ instance }) => instance.name === name)
  }

  /** As `find`; throws when there is none. */
  for(namespace: string, name: string | undefined): ConfiguredProvider {
    const found = this.find(namespace, name)
    if (found !== undefined) return found
    throw new BirdWatchError('METRIC_UNREACHABLE', `no provider ${name ?? ''} is configured for ${namespace}`)
  }

  /** Why a policy can not be used in a namespace, or undefined: it names a provider that is not there for it. */
  refusal(namespace: string, { rules, traffic }: Policy): Refusal | undefined {
    const known = this.#allowedIn(namespace).map(({ instance }) => instance.name)
    const named = [...rules, ...(traffic === undefined ? [] : [traffic])]
    const wrong = named.find(({ provider }) =>
      provider === undefined ? known.length === 0 : !known.includes(provider),
    )
    if (wrong === undefined) return undefined
    const expected =
      known.length === 0 ? 'a provider that the controller is configured with' : `one of ${known.join(', ')}`
    return refuse('provider', wrong.provider, `${expected}, as configured for namespace ${namespace}`)
  }

  #allowedIn(namespace: string): ConfiguredProvider[] {
    return this.#all.filter(({ instance }) => instance.namespaces?.includes(namespace) ?? true)
  }
}

function bounded(provider: MetricProvider, instance: Instance, observe: QueryObserver): MetricProvider {
  const places = new Semaphore(instance.concurrency)
  return {
    contract: 1,
    ...(provider.lagMs === undefined ? {} : { lagMs: provider.lagMs }),
    ...(provider.check === undefined ? {} : { check: signal => provider.check?.(signal) ?? Promise.resolve() }),
    async query(expression, { signal, ...options }) {
      const began = performance.now()
      const end = (code: string) => observe({ provider: instance.name, code, ms: performance.now() - began })
      try {
        const sample = await places.run(signal, () =>
          within(instance, signal, inner => provider.query(expression, { ...options, signal: inner })),
        )
        end('OK')
        return sample
      } catch (error) {
        end(codeOf(error) ?? 'UNKNOWN')
        throw error
      }
    },
  }
}

/** Bounds the time of one request; a plugin that ignores its signal is left behind. */
async function within<T>(
  { name, timeoutSeconds }: Instance,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const overdue = new BirdWatchError('METRIC_TIMEOUT', `${name} did not answer within ${timeoutSeconds} s`)
  const inner = new AbortController()
  const follow = () => inner.abort(outer.reason)
  const timer = setTimeout(() => inner.abort(overdue), timeoutSeconds * 1000)
  if (outer.aborted) follow()
  else outer.addEventListener('abort', follow, { once: true })
  const aborted = new Promise<never>((_, reject) => {
    if (inner.signal.aborted) reject(inner.signal.reason)
    else inner.signal.addEventListener('abort', () => reject(inner.signal.reason), { once: true })
  })
  try {
    return await Promise.race([work(inner.signal), aborted])
  } finally {
    clearTimeout(timer)
    outer.removeEventListener('abort', follow)
  }
}
