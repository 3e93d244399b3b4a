/** What became of the requests that one version answered, or nobody. */
export interface Share {
  readonly ok: number
  /** Answered with a status of 500 or more, or not at all. */
  readonly failed: number
}

/** Requests of a while, as their client saw them. */
export interface Traffic {
  readonly sent: number
  /** By the version that answered; under `none` those that no pod answered. */
  readonly versions: Readonly<Record<string, Share>>
}

/** Requests of one second; `second` counts from 1970. */
interface Slot {
  readonly second: number
  sent: number
  readonly versions: Map<string, { ok: number; failed: number }>
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
    const slot = this.#current()
    slot.sent++
    return (version, ok) => {
      const share = slot.versions.get(version) ?? { ok: 0, failed: 0 }
      slot.versions.set(version, share)
      share[ok ? 'ok' : 'failed']++
    }
  }

  /** Of the last so many whole seconds and the present one; at most two minutes are known. */
  recent(seconds: number): Traffic {
    const from = this.#second() - seconds
    const versions: Record<string, { ok: number; failed: number }> = {}
    let sent = 0
    for (const slot of this.#slots.filter(({ second }) => second >= from)) {
      sent += slot.sent
      for (const [version, { ok, failed }] of slot.versions) {
        const sum = versions[version] ?? { ok: 0, failed: 0 }
        versions[version] = { ok: sum.ok + ok, failed: sum.failed + failed }
      }
    }
    return { sent, versions }
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
