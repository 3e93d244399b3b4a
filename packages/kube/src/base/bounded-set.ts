/** The last `capacity` members; the oldest is forgotten first. */
export class BoundedSet<T> {
  readonly #capacity: number
  readonly #members = new Set<T>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  has(member: T): boolean {
    return this.#members.has(member)
  }

  add(member: T): void {
    this.#members.delete(member)
    this.#members.add(member)
    for (const oldest of this.#members) {
      if (this.#members.size <= this.#capacity) return
      this.#members.delete(oldest)
    }
  }
}
