/** Keys by whatever a function finds in their values; it is told of every change and never looks at the rest. */
export class StoreIndex<T> {
  readonly #valuesOf: (value: T) => Iterable<string>
  readonly #keys = new Map<string, Set<string>>()

  constructor(valuesOf: (value: T) => Iterable<string>) {
    this.#valuesOf = valuesOf
  }

  lookup(indexed: string): Iterable<string> {
    return this.#keys.get(indexed) ?? []
  }

  change(key: string, next: T | undefined, prev: T | undefined): void {
    if (prev !== undefined) for (const indexed of this.#valuesOf(prev)) this.#remove(indexed, key)
    if (next !== undefined) for (const indexed of this.#valuesOf(next)) this.#add(indexed, key)
  }

  #add(indexed: string, key: string): void {
    const keys = this.#keys.get(indexed)
    if (keys) keys.add(key)
    else this.#keys.set(indexed, new Set([key]))
  }

  #remove(indexed: string, key: string): void {
    const keys = this.#keys.get(indexed)
    keys?.delete(key)
    if (keys?.size === 0) this.#keys.delete(indexed)
  }
}
