import { type Json, own } from '../json.js'
import type { Notice } from '../notice.js'
import type { Notifier } from '../ports.js'
import { Courier, type CourierOptions } from './courier.js'

/** One who is told, or several by their names. */
export type Recipients = Notifier | Readonly<Record<string, Notifier>>

/**
 * Everybody who is told: each has a courier of its own, so that one who is out of reach neither holds up the others nor has
 * them told again, also not by the next process: how far each of several is stands in the handle that is saved.
 */
export class Couriers {
  readonly #alone: Courier | undefined
  readonly #byName: ReadonlyMap<string, Courier>

  /** @param handle what an earlier process saved */
  constructor(recipients: Recipients | undefined, options: CourierOptions, handle?: Json) {
    const one = recipients === undefined || isNotifier(recipients) ? recipients : undefined
    const several = recipients === one ? [] : Object.entries(recipients ?? {})
    // Where nobody is to be told, a courier without a notifier keeps the outbox empty.
    this.#alone = several.length > 0 ? undefined : new Courier(one, options, 0, handle)
    this.#byName = new Map(
      several.map(([name, notifier]) => {
        const { seq, handle: kept } = cursorOf(handle, name)
        return [name, new Courier(notifier, options, seq, kept, name)]
      }),
    )
  }

  /** Everything up to this number was delivered to everybody. */
  get seq(): number {
    return this.#alone?.seq ?? Math.min(...[...this.#byName.values()].map(({ seq }) => seq))
  }

  /** What to save for the next process. */
  get handle(): Json | undefined {
    if (this.#alone !== undefined) return this.#alone.handle
    const begun = [...this.#byName].filter(([, { seq }]) => seq > 0)
    if (begun.length === 0) return undefined
    return Object.fromEntries(
      begun.map(([name, { seq, handle }]) => [name, handle === undefined ? { seq } : { seq, handle }]),
    )
  }

  send(outbox: readonly Notice[]): void {
    for (const courier of this.#all()) courier.send(outbox)
  }

  stop(): void {
    for (const courier of this.#all()) courier.stop()
  }

  #all(): Courier[] {
    return this.#alone === undefined ? [...this.#byName.values()] : [this.#alone]
  }
}

const isNotifier = (recipients: Recipients): recipients is Notifier => typeof recipients.notify === 'function'

/** Where an earlier process was with one of several; at the beginning, if it did not know it. */
function cursorOf(saved: Json | undefined, name: string): { seq: number; handle?: Json } {
  const cursor = isMap(saved) ? own(saved, name) : undefined
  if (!isMap(cursor) || typeof cursor.seq !== 'number') return { seq: 0 }
  return { seq: cursor.seq, handle: cursor.handle }
}

const isMap = (json: Json | undefined): json is { readonly [key: string]: Json | undefined } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
