import type { Clock, TrafficRouter } from '@birdwatch/core'

export interface PacerOptions {
  readonly clock: Clock
  /** From the begin of one burst to the begin of the next, milliseconds (default 1000). */
  readonly periodMs?: number
  /** How long a burst lets writes through, milliseconds (default 200). */
  readonly burstMs?: number
  /** How long nothing is written after a rollback, milliseconds (default 500). */
  readonly quietMs?: number
}

/**
 * When the mesh is written to, cluster-wide. Istio applies configuration once it has been quiet for 100 ms, at the
 * latest after 10 s: a stream of writes would delay every weight, a rollback most of all. So ordinary writes share short
 * bursts with quiet gaps between them; a rollback goes at once, and then has a quiet gap of its own.
 */
export class Pacer {
  readonly #clock: Clock
  readonly #periodMs: number
  readonly #burstMs: number
  readonly #quietMs: number
  #burstAt = Number.NEGATIVE_INFINITY
  #quietUntil = Number.NEGATIVE_INFINITY

  constructor({ clock, periodMs = 1000, burstMs = 200, quietMs = 500 }: PacerOptions) {
    this.#clock = clock
    this.#periodMs = periodMs
    this.#burstMs = burstMs
    this.#quietMs = quietMs
  }

  /** Resolves when an ordinary write may go; rejects when `signal` aborts first. */
  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    for (let wait = this.#wait(); wait > 0; wait = this.#wait()) await this.#clock.sleep(wait, signal)
  }

  /** Tells that a rollback goes out now, or was answered now. */
  urgent(): void {
    this.#quietUntil = this.#clock.now() + this.#quietMs
  }

  /** How long until a write may go; at 0 it goes, and begins a burst if there is none. */
  #wait(): number {
    const now = this.#clock.now()
    if (now < this.#quietUntil) return this.#quietUntil - now
    const age = now - this.#burstAt
    if (age < this.#burstMs) return 0
    if (age < this.#periodMs) return this.#periodMs - age
    this.#burstAt = now
    return 0
  }
}

/** A router whose writes wait for their turn; a rollback does not. */
export function paced(router: TrafficRouter, pacer: Pacer): TrafficRouter {
  const { watch } = router
  return {
    contract: 1,
    observe: (target, options) => router.observe(target, options),
    async prepare(target, change) {
      await pacer.turn(change.signal)
      await router.prepare(target, change)
    },
    async shift(target, weight, change) {
      await pacer.turn(change.signal)
      await router.shift(target, weight, change)
    },
    async rollback(target, change) {
      pacer.urgent()
      try {
        await router.rollback(target, change)
      } finally {
        pacer.urgent()
      }
    },
    async promote(target, change) {
      await pacer.turn(change.signal)
      await router.promote(target, change)
    },
    ...(watch === undefined ? {} : { watch: (target, changed) => watch.call(router, target, changed) }),
  }
}
