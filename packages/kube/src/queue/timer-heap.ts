interface Item {
  readonly key: string
  due: number
}

/** Keys ordered by the time they are due: the next one at no cost, every change in O(log n). */
export class TimerHeap {
  readonly #items: Item[] = []
  readonly #positions = new Map<string, number>()

  get size(): number {
    return this.#items.length
  }

  /** When the next key is due; undefined when there is none. */
  get nextDue(): number | undefined {
    return this.#items[0]?.due
  }

  /** Adds a key, or brings it forward; one that is due earlier already stays as it is. */
  add(key: string, due: number): void {
    const position = this.#positions.get(key)
    if (position === undefined) {
      this.#place(this.#items.length, { key, due })
      this.#rise(this.#items.length - 1)
    } else if (due < this.#at(position).due) {
      this.#at(position).due = due
      this.#rise(position)
    }
  }

  /** Takes out the next key if it is due at `now`. */
  popDue(now: number): string | undefined {
    const first = this.#items[0]
    if (!first || first.due > now) return undefined
    const last = this.#items.pop() as Item
    this.#positions.delete(first.key)
    if (last !== first) {
      this.#place(0, last)
      this.#sink(0)
    }
    return first.key
  }

  clear(): void {
    this.#items.length = 0
    this.#positions.clear()
  }

  #rise(from: number): void {
    let position = from
    while (position > 0) {
      const parent = (position - 1) >> 1
      if (this.#at(parent).due <= this.#at(position).due) return
      this.#swap(parent, position)
      position = parent
    }
  }

  #sink(from: number): void {
    let position = from
    for (;;) {
      const left = 2 * position + 1
      const right = left + 1
      let least = position
      if (left < this.size && this.#at(left).due < this.#at(least).due) least = left
      if (right < this.size && this.#at(right).due < this.#at(least).due) least = right
      if (least === position) return
      this.#swap(least, position)
      position = least
    }
  }

  #swap(a: number, b: number): void {
    const item = this.#at(a)
    this.#place(a, this.#at(b))
    this.#place(b, item)
  }

  #place(position: number, item: Item): void {
    this.#items[position] = item
    this.#positions.set(item.key, position)
  }

  #at(position: number): Item {
    return this.#items[position] as Item
  }
}
