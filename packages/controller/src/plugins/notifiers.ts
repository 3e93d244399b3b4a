import { codeOf, type Json, type Logger, type Notice, type Notifier } from '@birdwatch/core'
import type { Instance } from '../config/schema.js'
import type { Checked } from './health.js'
import { Semaphore } from './semaphore.js'

export interface ConfiguredNotifier {
  readonly instance: Instance
  readonly notifier: Notifier
}

/** Told of every delivery that ended. */
export type DeliveryObserver = (delivery: { notifier: string; code: string }) => void

/** How often one notice is tried when a notifier fails while others have delivered it. */
const patience = 5

interface Cursor {
  seq: number
  handle?: Json | undefined
  failures: number
  /** The notice before was given up: this one is tried once only. */
  givenUp: boolean
}

/** The configured notifiers: each with its own deadline and number of deliveries at once. */
export class Notifiers {
  readonly #all: readonly (ConfiguredNotifier & { places: Semaphore })[]
  readonly #logger: Logger
  readonly #observe: DeliveryObserver

  constructor(all: readonly ConfiguredNotifier[], logger: Logger, observe: DeliveryObserver = () => {}) {
    this.#all = all.map(configured => ({ ...configured, places: new Semaphore(configured.instance.concurrency) }))
    this.#logger = logger
    this.#observe = observe
  }

  /** Of notifiers that can tell whether they are let in; the port does not ask for it. */
  get checks(): Checked[] {
    return this.#all.map(({ instance: { name }, notifier }) => ({
      kind: 'notifier',
      name,
      check: (notifier as Partial<Checked>).check?.bind(notifier),
    }))
  }

  /**
   * One notifier for the rollouts of one BirdWatch: it tells every instance that the namespace may use, and remembers
   * which of them has been told. A notifier that fails while others succeed is given up for a notice after a few
   * attempts, so that it never silences them; the only one is tried for as long as the host likes.
   */
  for(namespace: string): Notifier | undefined {
    const allowed = this.#all.filter(({ instance }) => instance.namespaces?.includes(namespace) ?? true)
    if (allowed.length === 0) return undefined
    const cursors = new Map<string, Cursor>()
    return {
      contract: 1,
      notify: async (notice, { handle, signal }) => {
        const kept = isRecord(handle) ? handle : {}
        const errors = await Promise.all(
          allowed.map(async configured => {
            const { name } = configured.instance
            const cursor = cursors.get(name) ?? { seq: 0, handle: kept[name], failures: 0, givenUp: false }
            cursors.set(name, cursor)
            return this.#deliver(configured, cursor, notice, signal, allowed.length > 1)
          }),
        )
        const failed = errors.filter(error => error !== undefined)
        if (failed.length > 0) throw failed.find(error => (error as { retryable?: boolean }).retryable) ?? failed[0]
        return { handle: handlesOf(cursors) }
      },
    }
  }

  /** Resolves with the error that remains to be mended by another attempt, or undefined. */
  async #deliver(
    { instance, notifier, places }: ConfiguredNotifier & { places: Semaphore },
    cursor: Cursor,
    notice: Notice,
    signal: AbortSignal,
    hasSiblings: boolean,
  ): Promise<unknown> {
    if (cursor.seq >= notice.seq) return undefined
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(instance.timeoutSeconds * 1000)])
    try {
      const { handle } = cursor
      const options = { signal: deadline, ...(handle === undefined ? {} : { handle }) }
      const result = await places.run(deadline, () => notifier.notify(notice, options))
      Object.assign(cursor, { seq: notice.seq, failures: 0, givenUp: false, handle: result?.handle ?? handle })
      this.#observe({ notifier: instance.name, code: 'OK' })
      return undefined
    } catch (error) {
      const code = codeOf(error) ?? (deadline.aborted ? 'NOTIFIER_TIMEOUT' : 'UNKNOWN')
      this.#observe({ notifier: instance.name, code })
      cursor.failures++
      const refused = (error as { retryable?: boolean }).retryable === false
      if (!hasSiblings || (!refused && cursor.failures < patience && !cursor.givenUp)) return error
      Object.assign(cursor, { seq: notice.seq, failures: 0, givenUp: !refused })
      const message = error instanceof Error ? error.message : String(error)
      this.#logger.warn('notice given up', { notifier: instance.name, notice: notice.id, code, error: message })
      return undefined
    }
  }
}

const handlesOf = (cursors: ReadonlyMap<string, Cursor>): Json =>
  Object.fromEntries([...cursors].flatMap(([name, { handle }]) => (handle === undefined ? [] : [[name, handle]])))

const isRecord = (value: Json | undefined): value is { readonly [key: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
