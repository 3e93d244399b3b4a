import { type Json, own } from '../json.js'
import type { Notice } from '../notice.js'
import type { Notifier } from '../ports.js'
import { Courier, type CourierOptions } from './courier.js'

/** One who is told, or several by their names. */
export type Recipients = Notifier | Readonly<Record<string, Notifier>>

/** The name of one who has none. */
const alone = ''

/**
 * Everybody who is told: each has a courier of its own, so that one who is out of reach neither holds up the others nor has
 * them told again, also not by the next process: how far each of them is stands in the handle that is saved.
 */
export class Couriers {
  readonly #byName: ReadonlyMap<string, Courier>

  /** @param handle what an earlier process saved */
  constructor(recipients: Recipients = {}, options: CourierOptions, handle?: Json) {
    const notifiers = isNotifier(recipients) ? { [alone]: recipients } : recipients
    this.#byName = new Map(
      Object.entries(notifiers).map(([name, notifier]) => {
        const { seq, handle: kept } = cursorOf(handle, name)
        return [name, new Courier(notifier, options, seq, kept, name)]
      }),
    )
  }

  /** Everything up to this number was delivered to everybody: to nobody, all that there is. */
  get seq(): number {
    return Math.min(...[...this.#byName.values()].map(({ seq }) => seq))
  }

  /** What to save for the next process. */
  get handle(): Json | undefined {
    const begun = [...this.#byName].filter(([, { seq }]) => seq > 0)
    if (begun.length === 0) return undefined
    return Object.fromEntries(
      begun.map(([name, { seq, handle }]) => [name, handle === undefined ? { seq } : { seq, handle }]),
    )
  }

  send(outbox: readonly Notice[]): void {
    for (const courier of this.#byName.values()) courier.send(outbox)
  }

  stop(): void {
    for (const courier of this.#byName.values()) courier.stop()
  }
}

const isNotifier = (recipients: Recipients): recipients is Notifier => typeof recipients.notify === 'function'

/** Where an earlier process was with one of them; at the beginning, if it did not know it. */
function cursorOf(saved: Json | undefined, name: string): { seq: number; handle?: Json } {
  const cursor = isMap(saved) ? own(saved, name) : undefined
  if (!isMap(cursor) || typeof cursor.seq !== 'number') return { seq: 0 }
  return { seq: cursor.seq, handle: cursor.handle }
}

const isMap = (json: Json | undefined): json is { readonly [key: string]: Json | undefined } =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
