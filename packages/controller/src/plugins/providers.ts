import { BirdWatchError, type MetricProvider, type Policy, type Refusal, type Sample } from '@birdwatch/core'
import type { Instance } from '../config/schema.js'
import { refuse } from '../resource/policy.js'
import { allowedIn, checkOf, longestTimeoutMs } from './configured.js'
import { Guard, type Observers } from './guard.js'
import type { Checked } from './health.js'

export interface ConfiguredProvider {
  readonly instance: Instance
  readonly provider: MetricProvider
}

/** The configured metric providers: who may use which, each guarded. */
export class Providers {
  readonly #all: readonly ConfiguredProvider[]

  /** @param all the first is the default of every namespace that may use it */
  constructor(all: readonly ConfiguredProvider[], observers: Observers) {
    this.#all = all.map(({ instance, provider }) => {
      const guard = new Guard({ kind: 'metric-provider', instance, observers })
      return { instance, provider: guarded(provider, guard) }
    })
  }

  get checks(): Checked[] {
    return this.#all.map(({ instance, provider }) => checkOf('provider', instance, provider))
  }

  /** The longest that any query may take, milliseconds. */
  get longestTimeoutMs(): number {
    return longestTimeoutMs(this.#all)
  }

  /** The instance of this name, or the default, for BirdWatches of one namespace. */
  find(namespace: string, name: string | undefined): ConfiguredProvider | undefined {
    const allowed = allowedIn(this.#all, namespace)
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
    const known = allowedIn(this.#all, namespace).map(({ instance }) => instance.name)
    const named = [...rules, ...(traffic === undefined ? [] : [traffic])]
    const wrong = named.find(({ provider }) =>
      provider === undefined ? known.length === 0 : !known.includes(provider),
    )
    if (wrong === undefined) return undefined
    const expected =
      known.length === 0 ? 'a provider that the controller is configured with' : `one of ${known.join(', ')}`
    return refuse('provider', wrong.provider, `${expected}, as configured for namespace ${namespace}`)
  }
}

function guarded(provider: MetricProvider, guard: Guard): MetricProvider {
  const { check } = provider
  return {
    contract: 1,
    // Asked for each time: what could not be made at the start may be there later.
    get lagMs() {
      return provider.lagMs ?? 0
    },
    ...(check && { check: signal => check.call(provider, signal) }),
    query: (expression, { signal, ...options }) =>
      guard.call('query', signal, async within =>
        sampleOf(await provider.query(expression, { ...options, signal: within })),
      ),
  }
}

/** What a provider answered, if it is what the contract says; a number that is not finite stands for no data. */
function sampleOf(answer: Sample): Sample {
  if (typeof answer !== 'object' || answer === null)
    throw new BirdWatchError('METRIC_BAD_ANSWER', `the plugin answered ${String(answer)}; it must be { value }`)
  const { value, at } = answer as { value?: unknown; at?: unknown }
  if (value !== null && typeof value !== 'number')
    throw new BirdWatchError('METRIC_NOT_A_NUMBER', `the plugin answered with a value of type ${typeof value}`)
  return {
    value: Number.isFinite(value) ? (value as number) : null,
    ...(Number.isFinite(at) && { at: at as number }),
  }
}
