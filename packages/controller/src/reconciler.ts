import {
  type Clock,
  codeOf,
  type Decision,
  type Logger,
  type MetricProvider,
  type Readiness,
  type RolloutState,
  Runner,
  type TrafficRouter,
} from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import { Claims } from './claims.js'
import type { Commands } from './commands.js'
import type { Events } from './events.js'
import { inputOf } from './input.js'
import type { Notifiers } from './plugins/notifiers.js'
import type { Providers } from './plugins/providers.js'
import { type BirdWatch, engineOf } from './resource/birdwatch.js'
import type { Note } from './status/conditions.js'
import { type BirdWatches, StatusStore, untilTold } from './store.js'

export interface ReconcilerOptions {
  readonly birdWatches: BirdWatches
  readonly router: TrafficRouter
  readonly readiness: Readiness
  readonly providers: Providers
  readonly notifiers: Notifiers
  readonly commands: Commands
  readonly events: Events
  readonly notes: (state: RolloutState) => readonly Note[]
  /** Told of every decision that was saved, for the metrics. */
  readonly decided?: (decision: { outcome: string; reason: string }) => void
  /** Told of the key of a BirdWatch that is gone: what is remembered of it is remembered no more. */
  readonly gone?: (key: string) => void
  readonly clock: Clock
  readonly logger: Logger
  /** Whether this process is the one that writes, asked before every pass. */
  readonly leads: () => boolean
  /** Reconcile this key: soon, or after so many milliseconds. */
  readonly enqueue: (key: string, afterMs?: number) => void
}

/** After a write that is not the engine's has failed, it is tried again this much later, milliseconds. */
const retryMs = 1000

/** One rollout that this process carries. */
interface Rollout {
  readonly uid: string
  readonly runner: Runner
  readonly store: StatusStore
}

/**
 * From the key of a BirdWatch to one pass of the engine. It may be called at any time and any number of times: what is
 * to be done follows from the caches and the state alone.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #rollouts = new Map<string, Rollout>()
  /** Keys whose cached object is known to be out of date. */
  readonly #behind = new Set<string>()
  /** When a runner of a key was given up: a request of it may still be under way. */
  readonly #dropped = new Map<string, number>()
  readonly #claims = new Claims()
  readonly #onPass = new Set<(key: string) => void>()
  #leadingSince: number | undefined

  constructor(options: ReconcilerOptions) {
    this.#options = options
  }

  /** The rollouts that this process carries, as it knows them. */
  *states(): Iterable<{ key: string; state: RolloutState }> {
    for (const [key, { runner }] of this.#rollouts) if (runner.state !== undefined) yield { key, state: runner.state }
  }

  /** The state of one of them. */
  stateOf(key: string): RolloutState | undefined {
    return this.#rollouts.get(key)?.runner.state
  }

  /** Calls `listener` after every pass of a rollout; returns a function that ends it. */
  onPass(listener: (key: string) => void): () => void {
    this.#onPass.add(listener)
    return () => void this.#onPass.delete(listener)
  }

  /** Whether this process is the one that writes. */
  get leading(): boolean {
    return this.#leadingSince !== undefined && this.#options.leads()
  }

  /** From now on this process is the one that writes; the caches hold all that was written before. */
  lead(): void {
    this.#leadingSince = this.#options.clock.now()
    const { birdWatches, enqueue } = this.#options
    for (const { metadata } of birdWatches.list()) enqueue(keyOf(metadata))
  }

  /** Another process may write now. Only a rollback goes on: weight 0 is what both would write. */
  follow(): void {
    this.#leadingSince = undefined
    for (const [key, { runner }] of this.#rollouts) if (runner.state?.phase !== 'RollingBack') this.#drop(key)
  }

  /** Ends everything that is under way; the state that was saved is continued by the next process. */
  stop(): void {
    for (const key of [...this.#rollouts.keys()]) this.#drop(key)
  }

  /** One pass: it waits for no request, and asks by itself for the next one. */
  async reconcile(key: string): Promise<void> {
    const { birdWatches, clock, enqueue, logger } = this.#options
    const resource = birdWatches.getByKey(key)
    if (resource === undefined) return this.#forget(key)
    const rollout = this.#behind.has(key) ? undefined : this.#rolloutOf(key, resource)
    if (rollout === undefined) return
    const { runner, store } = rollout
    try {
      const { wakeAt } = await runner.pass(this.#inputOf(key, resource, runner.state))
      if (wakeAt !== undefined) enqueue(key, Math.max(0, wakeAt - clock.now()))
      for (const listener of this.#onPass) listener(key)
    } catch (error) {
      if (codeOf(error) !== 'STORE_CONFLICT') throw error
      logger.info('another writer was first', { birdwatch: key, detail: (error as Error).message })
      this.#drop(key)
      return void this.#readAgain(key, resource)
    }
    if (store.busy) return
    const { state } = runner
    const untold = state !== undefined && state.outbox.length > 0
    const leftMs = untold ? untilTold(resource, state) - clock.now() : 0
    if (leftMs > 0) enqueue(key, leftMs)
    void store.settle(untold).catch(error => this.#unsettled(key, resource, error))
  }

  #unsettled(key: string, resource: BirdWatch, error: unknown): void {
    if (isKubeError(error, 'KUBE_CONFLICT', 'KUBE_INVALID', 'KUBE_NOT_FOUND'))
      return void this.#readAgain(key, resource)
    this.#options.logger.warn('finalizer or conditions not written', {
      birdwatch: key,
      error: (error as Error).message,
    })
    this.#options.enqueue(key, retryMs)
  }

  /** The cache is behind: no pass until it is brought up to date. Of a deletion the watch will tell. */
  async #readAgain(key: string, { metadata: { namespace, name } }: BirdWatch): Promise<void> {
    const { birdWatches, enqueue, logger } = this.#options
    this.#behind.add(key)
    try {
      await birdWatches.read(namespace, name)
      await this.#readTraffic(key)
      this.#behind.delete(key)
      enqueue(key)
    } catch (error) {
      this.#behind.delete(key)
      if (isKubeError(error, 'KUBE_NOT_FOUND')) return
      logger.warn('not read', { birdwatch: key, error: (error as Error).message })
      enqueue(key, retryMs)
    }
  }

  /**
   * What another process has saved may rest on traffic that the watch has not told of here: it would seem somebody's change.
   * What it saves while the traffic is read may rest on a newer one.
   */
  async #readTraffic(key: string): Promise<void> {
    const { birdWatches, router } = this.#options
    const saved = () => {
      const resource = birdWatches.getByKey(key)
      return resource && engineOf(resource)
    }
    let rev: number | undefined
    for (let state = saved(); state !== undefined && state.rev !== rev; state = saved()) {
      rev = state.rev
      await router.observe(state.target.ref, { live: true, signal: new AbortController().signal })
    }
  }

  #inputOf(key: string, resource: BirdWatch, state: RolloutState | undefined) {
    const { birdWatches, providers, commands } = this.#options
    const { namespace } = resource.metadata
    const rivals = birdWatches.lookup('service', `${namespace}/${String(resource.spec.service)}`).map(rival => ({
      resource: rival,
      state: this.stateOf(keyOf(rival.metadata)) ?? engineOf(rival),
    }))
    return { ...inputOf({ resource, state, rivals, providers }), command: commands.of(key) }
  }

  /** The rollout of a key, begun or taken over when this process leads; undefined when it has no business with it. */
  #rolloutOf(key: string, resource: BirdWatch): Rollout | undefined {
    const known = this.#rollouts.get(key)
    const current = known?.uid === resource.metadata.uid && !known.store.overtaken
    if (known !== undefined && current && (this.leading || rollsBack(known))) return known
    if (known !== undefined) this.#drop(key)
    if (this.#leadingSince === undefined || !this.leading) return undefined
    if (known?.store.overtaken) return void this.#readAgain(key, resource)
    const rollout = this.#begin(key, resource, Math.max(this.#leadingSince, this.#dropped.get(key) ?? 0))
    this.#rollouts.set(key, rollout)
    return rollout
  }

  #begin(key: string, resource: BirdWatch, since: number): Rollout {
    const { birdWatches, router, readiness, providers, notifiers, commands, clock, logger, enqueue } = this.#options
    const { namespace, uid } = resource.metadata
    const state = engineOf(resource)
    const store = new StatusStore(
      {
        birdWatches,
        key,
        uid,
        claims: this.#claims,
        notes: (_, saved) => this.#options.notes(saved),
        now: () => clock.now(),
      },
      state?.rev ?? 0,
    )
    const notifier = notifiers.for(namespace)
    const metrics = (name?: string): MetricProvider => providers.for(namespace, name).provider
    const acknowledge = (id: string) => commands.acknowledge(key, id)
    const runner = new Runner({
      key: uid,
      ...(state === undefined ? {} : { state, since }),
      ports: {
        metrics,
        router,
        notifier,
        store,
        readiness,
        clock,
        logger,
        acknowledge,
      },
      wake: () => enqueue(key),
      queryTimeoutMs: providers.longestTimeoutMs,
      notifyTimeoutMs: notifiers.longestTimeoutMs,
      decided: (decision, before) => this.#tell(key, decision, before),
    })
    return { uid, runner, store }
  }

  #tell(key: string, { state, reason }: Decision, before: RolloutState): void {
    const { birdWatches, events, logger, decided } = this.#options
    decided?.({ outcome: outcomeOf(before, state), reason: reason.code })
    const resource = birdWatches.getByKey(key)
    const news = state.outbox.filter(({ seq }) => seq > before.seq)
    if (resource !== undefined) for (const notice of news) events.tell(resource.metadata, notice)
    const { phase, weight } = state
    if (phase !== before.phase || weight !== before.weight)
      logger.info('decided', { birdwatch: key, phase, weight, reason })
  }

  #forget(key: string): void {
    this.#drop(key)
    this.#claims.release(key)
    this.#options.commands.forget(key)
    this.#options.gone?.(key)
    this.#dropped.delete(key)
  }

  #drop(key: string): void {
    this.#rollouts.get(key)?.runner.stop()
    if (this.#rollouts.delete(key)) this.#dropped.set(key, this.#options.clock.now())
  }
}

const rollsBack = ({ runner }: Rollout) => runner.state?.phase === 'RollingBack'

/** What a decision led to: another phase, or else what became of the weight. */
function outcomeOf(before: RolloutState, { phase, weight }: RolloutState): string {
  if (phase !== before.phase) return phase
  if (weight === before.weight) return 'Kept'
  return weight > before.weight ? 'Raised' : 'Lowered'
}

const keyOf = ({ namespace, name }: { namespace: string; name: string }) => `${namespace}/${name}`
