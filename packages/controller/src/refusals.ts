import { codeOf, type Json, type TrafficRouter } from '@birdwatch/core'

/** So many are remembered: versions come and go, and what was refused is written no more once it is wanted no more. */
const mostRemembered = 1000

/** Whose last write of traffic was refused, by permission, schema or admission, and in which words. */
export class Refusals {
  readonly #messages = new Map<string, string>()

  /** Why the last write for this target was refused; undefined when it was not. */
  of(target: Json): string | undefined {
    return this.#messages.get(JSON.stringify(target))
  }

  /** The router, with a memory of what was refused until it is written. */
  remembering(router: TrafficRouter): TrafficRouter {
    const { watch } = router
    const remembered = async (target: Json, write: Promise<void>) => {
      const key = JSON.stringify(target)
      try {
        await write
        this.#messages.delete(key)
      } catch (error) {
        if (codeOf(error) === 'TRAFFIC_REFUSED') this.#remember(key, (error as Error).message)
        throw error
      }
    }
    return {
      contract: 1,
      observe: (target, options) => router.observe(target, options),
      prepare: (target, change) => remembered(target, router.prepare(target, change)),
      shift: (target, weight, change) => remembered(target, router.shift(target, weight, change)),
      rollback: (target, change) => remembered(target, router.rollback(target, change)),
      promote: (target, change) => remembered(target, router.promote(target, change)),
      ...(watch === undefined ? {} : { watch: (target, changed) => watch.call(router, target, changed) }),
    }
  }

  /** The newest last: the first is that which was refused longest ago. */
  #remember(key: string, message: string): void {
    this.#messages.delete(key)
    this.#messages.set(key, message)
    const [oldest] = this.#messages.keys()
    if (this.#messages.size > mostRemembered && oldest !== undefined) this.#messages.delete(oldest)
  }
}
