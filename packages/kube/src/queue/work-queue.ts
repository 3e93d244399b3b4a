import { backoffMs } from '../base/backoff.js'
import { callListener } from '../base/call-listener.js'
import { type Clock, systemClock } from '../base/clock.js'
import { onAbort } from '../base/on-abort.js'
import { Delays } from './delays.js'

/** For metrics and logs. Each member is optional. */
export interface WorkQueueObserver {
  /** A worker begins with `key`, which waited for `waitedMs` since it was added or due. */
  onStart?(key: string, waitedMs: number): void
  /** A worker rejected; the key comes again after its back-off. */
  onError?(key: string, error: unknown): void
  /** A worker ended, either way. */
  onDone?(key: string, tookMs: number): void
}

export interface WorkQueueOptions {
  /**
   * Does the work for one key. When it rejects, the key is added again as by `addRateLimited`. `signal` aborts when
   * `drain` runs out of patience.
   */
  work: (key: string, signal: AbortSignal) => Promise<void>
  /** How many keys are worked on at the same time. Default 4. */
  concurrency?: number | undefined
  /** The first delay of `addRateLimited`, milliseconds; each further one is twice as long. Default 100. */
  baseDelayMs?: number | undefined
  /** No delay of `addRateLimited` is longer, milliseconds. Default 30 000. */
  maxDelayMs?: number | undefined
  observer?: WorkQueueObserver | undefined
  clock?: Clock | undefined
  random?: (() => number) | undefined
}

/**
 * Keys to be worked on. A key is in the queue once, however often it is added, and never with two workers; added while
 * its worker runs, it comes again afterwards. First come, first served.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions
  readonly #clock: Clock
  readonly #delays: Delays
  readonly #abort = new AbortController()
  /** The keys that wait for a worker, with the time since when. */
  readonly #waiting = new Map<string, number>()
  /** The keys with a worker, and whether it asked for its key to come again with back-off. */
  readonly #running = new Map<string, { limited: boolean }>()
  readonly #failures = new Map<string, number>()
  #isScheduled = false
  #isDraining = false
  #onIdle: (() => void)[] = []

  constructor(options: WorkQueueOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#delays = new Delays(this.#clock, key => this.add(key))
  }

  /** Keys that wait for a worker. */
  get depth(): number {
    return this.#waiting.size
  }

  /** Keys that are being worked on. */
  get running(): number {
    return this.#running.size
  }

  /** Keys that will be added at a later time. */
  get delayed(): number {
    return this.#delays.size
  }

  /** Queues the key now. Its delayed addition, if any, stays. */
  add(key: string): void {
    if (this.#isDraining || this.#waiting.has(key)) return
    this.#waiting.set(key, this.#clock.now())
    this.#schedule()
  }

  /** Queues the key in `ms`. Of several delays for one key the earliest wins. */
  addAfter(key: string, ms: number): void {
    if (this.#isDraining) return
    if (ms > 0) this.#delays.add(key, ms)
    else this.add(key)
  }

  /**
   * Queues the key after a delay that doubles with each call for it, until `forget` or until a worker resolves without
   * calling this.
   */
  addRateLimited(key: string): void {
    const { baseDelayMs: baseMs = 100, maxDelayMs: maxMs = 30_000, random } = this.#options
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    const worker = this.#running.get(key)
    if (worker) worker.limited = true
    this.addAfter(key, backoffMs(failures, { baseMs, maxMs, random }))
  }

  /** The next `addRateLimited` of the key begins with the shortest delay again. */
  forget(key: string): void {
    this.#failures.delete(key)
  }

  /**
   * Starts no further worker, drops what waits, and resolves when the running workers ended. When `patience` aborts,
   * so do the signals of the workers.
   */
  drain(patience?: AbortSignal): Promise<void> {
    this.#isDraining = true
    this.#waiting.clear()
    this.#delays.clear()
    if (this.#running.size === 0) return Promise.resolve()
    const takeOff = patience && onAbort(patience, () => this.#abort.abort(patience.reason))
    return new Promise(resolve => {
      this.#onIdle.push(() => {
        takeOff?.()
        resolve()
      })
    })
  }

  /**
   * Workers begin when every promise that could go on has: what one answer leads to is seen together, and worked on once. A
   * write, say, puts its answer into a cache, which adds the key, before whoever waited for the write adds it too.
   */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    process.nextTick(() => {
      this.#isScheduled = false
      this.#startWorkers()
    })
  }

  #startWorkers(): void {
    const { concurrency = 4, observer } = this.#options
    for (const [key, since] of this.#waiting) {
      if (this.#running.size >= concurrency) return
      if (this.#running.has(key)) continue
      this.#waiting.delete(key)
      this.#running.set(key, { limited: false })
      callListener(() => observer?.onStart?.(key, this.#clock.now() - since))
      void this.#run(key)
    }
  }

  async #run(key: string): Promise<void> {
    const { work, observer } = this.#options
    const startedAt = this.#clock.now()
    try {
      await work(key, this.#abort.signal)
      if (!this.#running.get(key)?.limited) this.forget(key)
    } catch (error) {
      callListener(() => observer?.onError?.(key, error))
      this.addRateLimited(key)
    }
    this.#running.delete(key)
    callListener(() => observer?.onDone?.(key, this.#clock.now() - startedAt))
    this.#schedule()
    if (this.#isDraining && this.#running.size === 0) for (const idle of this.#onIdle.splice(0)) idle()
  }
}
