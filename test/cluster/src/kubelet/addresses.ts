/** Loopback addresses for pods: all of 127/8 can be bound without set-up. */
export class AddressPool {
  readonly #used = new Set<string>()
  #next = 0

  /** @param network the first two octets, e.g. `127.64` */
  constructor(readonly network: string) {}

  /** Keeps the wanted address (of a pod that an earlier kubelet started) when it is ours and free. */
  take(wanted?: string): string {
    const address = wanted?.startsWith(`${this.network}.`) && !this.#used.has(wanted) ? wanted : this.#fresh()
    this.#used.add(address)
    return address
  }

  release(address: string): void {
    this.#used.delete(address)
  }

  /** Goes round before it uses an address again, so that a connection to a pod that is gone meets no other pod. */
  #fresh(): string {
    for (;;) {
      const n = this.#next++ % (254 * 254)
      const address = `${this.network}.${1 + Math.floor(n / 254)}.${1 + (n % 254)}`
      if (!this.#used.has(address)) return address
    }
  }
}
