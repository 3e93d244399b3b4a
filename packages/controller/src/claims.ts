/**
 * Who holds a service in this process, from the moment a rollout begins: two BirdWatches of one service may both have
 * been free to begin when they looked, and only one may go on.
 */
export class Claims {
  readonly #holders = new Map<string, string>()

  /** True when the BirdWatch of `key` has the service now, or had it already. */
  take(key: string, namespace: string, service: string): boolean {
    const claim = `${namespace}/${service}`
    const holder = this.#holders.get(claim)
    if (holder !== undefined && holder !== key) return false
    this.#holders.set(claim, key)
    return true
  }

  /** The rollout of `key` has ended, or its BirdWatch is gone. */
  release(key: string): void {
    for (const [claim, holder] of this.#holders) if (holder === key) this.#holders.delete(claim)
  }
}
