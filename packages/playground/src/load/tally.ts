/** What became of the requests that one version answered, or nobody. */
export interface Share {
  readonly ok: number
  /** Answered with a status of 500 or more, or not at all. */
  readonly failed: number
  /** Until the answer was there, in the middle of all, milliseconds. */
  readonly medianMs: number
}

/** Requests of a while, as their client saw them. */
export interface Traffic {
  /** How long this while was. */
  readonly seconds: number
  readonly sent: number
  /** By the version that answered; under `none` those that no pod answered. */
  readonly versions: Readonly<Record<string, Share>>
}

interface Counts {
  ok: number
  failed: number
  readonly durationsMs: number[]
}

/** Requests of one second; `second` counts from 1970. */
interface Slot {
  readonly second: number
  sent: number
  readonly versions: Map<string, Counts>
}

const slots = 120

/** Counts requests second by second, and forgets them after two minutes. A request belongs to the second it was sent in. */
export class Tally {
  readonly #now: () => number
  readonly #slots: Slot[] = []

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Counts a request; what it returns is called with what became of it. */
  sent(): (version: string, ok: boolean) => void {
    const sentAt = this.#now()
    const slot = this.#current()
    slot.sent++
    return (version, ok) => {
      const counts = slot.versions.get(version) ?? { ok: 0, failed: 0, durationsMs: [] }
      slot.versions.set(version, counts)
      counts[ok ? 'ok' : 'failed']++
      counts.durationsMs.push(this.#now() - sentAt)
    }
  }

  /** Of the last so many whole seconds and what there is of the present one; at most two minutes are known. */
  recent(seconds: number): Traffic {
    const from = this.#second() - seconds
    const known = this.#slots.filter(({ second }) => second >= from)
    const names = new Set(known.flatMap(({ versions }) => [...versions.keys()]))
    const shareOf = (name: string) => summed(known.flatMap(({ versions }) => versions.get(name) ?? []))
    return {
      seconds: this.#now() / 1_000 - from,
      sent: known.reduce((sum, slot) => sum + slot.sent, 0),
      versions: Object.fromEntries([...names].map(name => [name, shareOf(name)])),
    }
  }

  #second(): number {
    return Math.floor(this.#now() / 1_000)
  }

  #current(): Slot {
    const second = this.#second()
    const last = this.#slots.at(-1)
    if (last?.second === second) return last
    const slot = { second, sent: 0, versions: new Map() }
    this.#slots.push(slot)
    if (this.#slots.length > slots) this.#slots.shift()
    return slot
  }
}

function summed(counts: readonly Counts[]): Share {
  const durations = counts.flatMap(({ durationsMs }) => durationsMs).sort((a, b) => a - b)
  return {
    ok: counts.reduce((sum, { ok }) => sum + ok, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    medianMs: durations[Math.floor(durations.length / 2)] ?? 0,
  }
}
