import { BirdWatchError, type Notifier } from '@birdwatch/core'
import type { Instance } from '../config/schema.js'
import { allowedIn, checkOf, longestTimeoutMs } from './configured.js'
import { Guard, type Observers } from './guard.js'
import type { Checked } from './health.js'

export interface ConfiguredNotifier {
  readonly instance: Instance
  readonly notifier: Notifier
}

/** The configured notifiers: who is told of which rollouts, each guarded. */
export class Notifiers {
  readonly #all: readonly ConfiguredNotifier[]

  constructor(all: readonly ConfiguredNotifier[], observers: Observers) {
    this.#all = all.map(({ instance, notifier }) => {
      const guard = new Guard({ kind: 'notifier', instance, observers })
      return { instance, notifier: guarded(notifier, guard) }
    })
  }

  get checks(): Checked[] {
    return this.#all.map(({ instance, notifier }) => checkOf('notifier', instance, notifier))
  }

  /** The longest that any delivery may take, milliseconds. */
  get longestTimeoutMs(): number {
    return longestTimeoutMs(this.#all)
  }

  /** The names of those that are told of the rollouts of one namespace. */
  namesFor(namespace: string): string[] {
    return Object.keys(this.for(namespace))
  }

  /** Those that are told of the rollouts of one namespace, by their names. */
  for(namespace: string): Readonly<Record<string, Notifier>> {
    const allowed = allowedIn(this.#all, namespace)
    return Object.fromEntries(allowed.map(({ instance, notifier }) => [instance.name, notifier]))
  }
}

function guarded(notifier: Notifier, guard: Guard): Notifier {
  const { check } = notifier
  return {
    contract: 1,
    ...(check && { check: signal => check.call(notifier, signal) }),
    notify: (notice, { signal, ...options }) =>
      guard.call('notify', signal, async within =>
        deliveryOf(await notifier.notify(notice, { ...options, signal: within })),
      ),
  }
}

type Delivery = Awaited<ReturnType<Notifier['notify']>>

/** The handle is kept in the state of the rollout, so that it must be JSON. */
function deliveryOf(answer: Delivery): Delivery {
  const { handle } = answer ?? {}
  if (handle === undefined) return {}
  try {
    return { handle: JSON.parse(JSON.stringify(handle)) }
  } catch (error) {
    throw new BirdWatchError('NOTIFIER_REFUSED', 'the plugin returned a handle that is no JSON', { cause: error })
  }
}
