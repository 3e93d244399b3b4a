import { Backoff } from '../base/backoff.js'
import { callListener } from '../base/call-listener.js'
import { type Clock, systemClock } from '../base/clock.js'
import { LinkedAbort } from '../base/linked-abort.js'
import { sleep } from '../base/sleep.js'
import type { Client, KubeObject, Selection, WatchEvent, WatchEventType } from '../client/types.js'
import { isKubeError, KubeError } from '../errors.js'
import { compareResourceVersions } from './resource-version.js'
import type { ListedEntry, Store } from './store.js'

/** For metrics and logs. Each member is optional. */
export interface ReflectorObserver {
  /** A complete list is in the store. */
  onList?(list: { objects: number; durationMs: number }): void
  onEvent?(type: WatchEventType): void
  /** A list or a watch failed; the next attempt begins in `retryInMs`. */
  onError?(error: unknown, retryInMs: number): void
}

export interface ReflectorOptions<K extends KubeObject, T> extends Selection {
  client: Pick<Client, 'list' | 'watch'>
  /** The collection, as `resourcePath` makes it. */
  path: string
  store: Store<K, T>
  /** Objects per page of a list. Default 500. */
  pageSize?: number | undefined
  /** A watch is ended by the server after a random time from this range, seconds. Default 300 to 600. */
  watchSeconds?: readonly [min: number, max: number] | undefined
  /**
   * A watch that ends this long after the last list is followed by another list, milliseconds: so long a change stays unseen
   * whose event was lost without a trace. Default 600 000.
   */
  relistMs?: number | undefined
  /** A watch without event or bookmark for this long is given up, milliseconds. Default 90 000. */
  silenceMs?: number | undefined
  observer?: ReflectorObserver | undefined
  clock?: Clock | undefined
  random?: (() => number) | undefined
}

/** A watch that brought something and lasted this long ends a series of failures, milliseconds. */
const HEALTHY_WATCH_MS = 5_000
/** A server that asks for a longer pause is asked again after this, milliseconds. */
const LONGEST_PAUSE_MS = 300_000

interface Waiter {
  /** Satisfied by the list of this number, and by later ones. */
  readonly list: number
  resolve(): void
  reject(error: KubeError): void
}

/**
 * Keeps a Store equal to a collection of the server for as long as it runs: a consistent list, then a watch from there.
 * A watch that ends or breaks is resumed from the last version seen. It begins again with a list when the server has
 * forgotten that version, when versions go backwards, and when a watch is silent, as one from a version the server has
 * not reached yet would be for ever; and every now and then (`relistMs`), in case an event was lost. Failures are followed
 * by growing pauses (0.2 to 30 s, with jitter), or by the one the server asks for.
 */
export class Reflector<K extends KubeObject, T = K> {
  readonly #options: ReflectorOptions<K, T>
  readonly #clock: Clock
  readonly #random: () => number
  readonly #backoff: Backoff
  #waiters: Waiter[] = []
  #state: 'new' | 'running' | 'ended' = 'new'
  #lists = 0
  #listedAt = Number.NEGATIVE_INFINITY
  #isListing = false
  #synced = false
  /** Where the next watch begins; undefined when a list must come first. */
  #resourceVersion: string | undefined
  #lastSignAt: number | undefined
  #interruption: LinkedAbort | undefined

  constructor(options: ReflectorOptions<K, T>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#random = options.random ?? Math.random
    this.#backoff = new Backoff({ baseMs: 200, maxMs: 30_000, random: this.#random })
  }

  /** True once the store held a complete list. */
  get synced(): boolean {
    return this.#synced
  }

  /** Milliseconds since the last list, event or bookmark; undefined before the first. */
  get lastEventAgeMs(): number | undefined {
    return this.#lastSignAt === undefined ? undefined : this.#clock.now() - this.#lastSignAt
  }

  /** Resolves once the store held a complete list. Rejects with `KUBE_ABORTED` when `run` ends before. */
  whenSynced(): Promise<void> {
    return this.#synced ? Promise.resolve() : this.#waitForList(1)
  }

  /**
   * Lists again, beginning now. Resolves when the store holds everything that was written before the call; keeps trying
   * until then. Rejects with `KUBE_ABORTED` when `run` ends before.
   */
  relist(): Promise<void> {
    const done = this.#waitForList(this.#lists + 1)
    // A list under way may be too old, but it ends soon and is not thrown away: callers in a row must not starve it.
    if (!this.#isListing) this.#interruption?.abort()
    return done
  }

  /** Runs until `signal` aborts, and never rejects because of a server. A Reflector runs once. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.#state !== 'new') throw new KubeError('KUBE_CONFIG', 'This Reflector ran already; make another one.')
    this.#state = 'running'
    while (!signal.aborted) await this.#cycle(signal)
    this.#state = 'ended'
    for (const { reject } of this.#waiters.splice(0)) reject(ended())
  }

  async #cycle(signal: AbortSignal): Promise<void> {
    const interruption = new LinkedAbort(signal)
    this.#interruption = interruption
    try {
      while (this.#needsList()) await this.#list(interruption.signal)
      const wasHealthy = await this.#watch(interruption.signal)
      if (wasHealthy) this.#backoff.reset()
      else await sleep(this.#clock, this.#backoff.next(), interruption.signal)
    } catch (error) {
      if (!interruption.signal.aborted) await this.#recover(error, interruption.signal, signal)
    } finally {
      interruption.unlink()
    }
  }

  #needsList(): boolean {
    const { relistMs = 600_000 } = this.#options
    const isOld = this.#clock.now() - this.#listedAt >= relistMs
    return this.#resourceVersion === undefined || isOld || this.#waiters.some(({ list }) => list > this.#lists)
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, path, store, observer, labelSelector, fieldSelector, pageSize } = this.#options
    const number = ++this.#lists
    const startedAt = this.#clock.now()
    const begun = store.beginList()
    const project = (object: K): ListedEntry<T> => store.prepare(object)
    this.#isListing = true
    this.#resourceVersion = undefined
    try {
      const { items, resourceVersion } = await client.list(path, {
        labelSelector,
        fieldSelector,
        pageSize,
        project,
        signal,
      })
      store.commitList(items, resourceVersion, begun)
      this.#resourceVersion = resourceVersion
      this.#synced = true
      this.#listedAt = startedAt
      this.#lastSignAt = this.#clock.now()
      const durationMs = this.#lastSignAt - startedAt
      callListener(() => observer?.onList?.({ objects: items.length, durationMs }))
    } finally {
      this.#isListing = false
    }
    this.#resolveWaiters(number)
  }

  /** Resolves when the server ends the watch; with false when it lasted too short to be begun again at once. */
  async #watch(signal: AbortSignal): Promise<boolean> {
    const { client, path, store, observer, labelSelector, fieldSelector, silenceMs, watchSeconds } = this.#options
    const [min, max] = watchSeconds ?? [300, 600]
    const timeoutSeconds = Math.round(min + (max - min) * this.#random())
    const startedAt = this.#clock.now()
    const isHealthy = () => this.#clock.now() - startedAt >= HEALTHY_WATCH_MS
    const resourceVersion = this.#resourceVersion
    const where = { labelSelector, fieldSelector, resourceVersion, timeoutSeconds, silenceMs, signal }
    for await (const event of client.watch<K>(path, where)) {
      this.#advance(event)
      store.apply(event)
      this.#lastSignAt = this.#clock.now()
      if (isHealthy()) this.#backoff.reset()
      callListener(() => observer?.onEvent?.(event.type))
    }
    return isHealthy()
  }

  #advance({ object }: WatchEvent<K>): void {
    const version = object.metadata?.resourceVersion
    if ((compareResourceVersions(version, this.#resourceVersion) ?? 0) < 0)
      throw new KubeError('KUBE_GONE', `The server went back from version ${this.#resourceVersion} to ${version}.`)
    this.#resourceVersion = version ?? this.#resourceVersion
  }

  async #recover(error: unknown, interruptible: AbortSignal, signal: AbortSignal): Promise<void> {
    if (cannotResume(error)) this.#resourceVersion = undefined
    const asked = isKubeError(error) ? error.retryAfterMs : undefined
    const pauseMs = Math.max(this.#backoff.next(), Math.min(asked ?? 0, LONGEST_PAUSE_MS))
    callListener(() => this.#options.observer?.onError?.(error, pauseMs))
    await sleep(this.#clock, pauseMs, asked === undefined ? interruptible : signal)
  }

  #waitForList(list: number): Promise<void> {
    if (this.#state === 'ended') return Promise.reject(ended())
    return new Promise((resolve, reject) => {
      this.#waiters.push({ list, resolve, reject })
    })
  }

  #resolveWaiters(list: number): void {
    const done = this.#waiters.filter(waiter => waiter.list <= list)
    this.#waiters = this.#waiters.filter(waiter => waiter.list > list)
    for (const { resolve } of done) resolve()
  }
}

/** The version to resume from is refused, or the watch from it brings nothing: a connection that breaks is neither. */
function cannotResume(error: unknown): boolean {
  if (isKubeError(error, 'KUBE_GONE', 'KUBE_BAD_REQUEST')) return true
  return isKubeError(error, 'KUBE_TIMEOUT') && error.status !== undefined
}

function ended(): KubeError {
  return new KubeError('KUBE_ABORTED', 'The Reflector was stopped.')
}
