import type { Clock, Logger } from '@birdwatch/core'
import { type Fence, isKubeError, type LeaseElection, type WorkQueue } from '@birdwatch/kube'
import { watchChanges } from './affected.js'
import type { Events } from './events.js'
import type { HttpServer, Route, startHttp } from './http/server.js'
import { type Caches, collectionsOf } from './kube/caches.js'
import type { ObservedClient } from './kube/observed.js'
import type { Checked, Health } from './plugins/health.js'
import type { Reconciler } from './reconciler.js'
import type { Tracer } from './tracing/tracer.js'

export interface ControllerParts {
  readonly caches: Caches
  readonly client: ObservedClient
  readonly reconciler: Reconciler
  readonly queue: WorkQueue
  readonly events: Events
  readonly tracer: Pick<Tracer, 'stop'>
  /** What is asked at start whether it can be reached. */
  readonly checks: readonly Checked[]
  readonly health: Health
  /** Left out: this process is the only one. */
  readonly election?: LeaseElection | undefined
  readonly routes: readonly Route[]
  readonly http: { readonly host: string; readonly port: number }
  readonly listen: typeof startHttp
  /** One that never jumps. */
  readonly clock: Clock
  /** Starts the page of rollouts; left out: there is none. */
  readonly dashboard?: (() => Promise<HttpServer>) | undefined
  /** Aborted at the end: plugins close what they keep open. */
  readonly shutdown: AbortController
  readonly logger: Logger
}

/** How long writes may still be answered after the request to stop, milliseconds. */
const drainMs = 5000

/** Starts everything, leads when it is its turn, and stops in an order that leaves nothing half done. */
export class Controller {
  readonly #parts: ControllerParts
  readonly #stopping = new AbortController()
  readonly #resigning = new AbortController()
  readonly #running: Promise<unknown>[] = []
  #http: HttpServer | undefined
  #dashboard: HttpServer | undefined

  constructor(parts: ControllerParts) {
    this.#parts = parts
  }

  /** The port that is listened on, once started. */
  get port(): number | undefined {
    return this.#http?.port
  }

  /** The port of the page of rollouts, once started; undefined where there is none. */
  get dashboardPort(): number | undefined {
    return this.#dashboard?.port
  }

  /** Resolves when it listens; caches fill, and the Lease is sought, from then on. Rejects when it can not listen. */
  async start(): Promise<void> {
    const { caches, queue, checks, health, election, routes, http, listen, dashboard, logger } = this.#parts
    this.#http = await listen({ ...http, routes, logger })
    logger.info('listening', { host: http.host, port: this.#http.port })
    try {
      this.#dashboard = await dashboard?.()
    } catch (error) {
      await this.#http.close()
      throw error
    }
    watchChanges(caches, key => queue.add(key))
    for (const collection of collectionsOf(caches)) this.#running.push(collection.run(this.#stopping.signal))
    this.#running.push(health.watch(checks, this.#stopping.signal))
    if (election === undefined) void this.lead()
    else this.#running.push(election.run(this.#resigning.signal))
  }

  /** This process is the one that writes from now on: all that was written before is read first. */
  async lead(fence?: Fence): Promise<void> {
    const { caches, reconciler, election, logger } = this.#parts
    logger.info('leading; reading everything once', { ...fence })
    // What keeps it from acting can be told on each.
    void caches.birdWatches.whenSynced().then(
      () => this.enqueueAll(),
      () => {},
    )
    try {
      // Where there is an election, another process may have written since the caches were filled.
      const read = (collection: ReturnType<typeof collectionsOf>[number]) =>
        election === undefined ? collection.whenSynced() : collection.relist()
      // The traffic must be no older than the state that it is judged by: what a state has written would seem somebody's change.
      await read(caches.birdWatches)
      await Promise.all(
        collectionsOf(caches).map(each => (each.name === caches.birdWatches.name ? undefined : read(each))),
      )
    } catch (error) {
      if (isKubeError(error, 'KUBE_ABORTED')) return
      throw error
    }
    if (this.#stopping.signal.aborted || election?.fence?.transitions !== fence?.transitions) return
    logger.info('ready to act', { birdwatches: caches.birdWatches.list().length })
    reconciler.lead()
  }

  /** Another process may write from now on. */
  follow(fence: Fence): void {
    this.#parts.logger.info('no longer leading', { ...fence })
    this.#parts.reconciler.follow()
  }

  /** Looks at every BirdWatch again. */
  enqueueAll(): void {
    const { caches, queue } = this.#parts
    for (const { metadata } of caches.birdWatches.list()) queue.add(`${metadata.namespace}/${metadata.name}`)
  }

  /** Finishes what is under way, gives the Lease away, and ends every connection. */
  async stop(): Promise<void> {
    const { client, reconciler, queue, events, tracer, logger } = this.#parts
    logger.info('stopping')
    await this.#within(
      drainMs,
      queue.drain().then(() => client.idle()),
    )
    reconciler.stop()
    await this.#within(drainMs, events.flush())
    this.#resigning.abort()
    this.#stopping.abort()
    this.#parts.shutdown.abort()
    await Promise.all([this.#http?.close(), this.#dashboard?.close(), ...this.#running])
    client.close()
    await this.#within(drainMs, tracer.stop())
    logger.info('stopped')
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    const done = new AbortController()
    const late = this.#parts.clock.sleep(ms, done.signal).catch(() => {})
    await Promise.race([work, late])
    done.abort()
  }
}
