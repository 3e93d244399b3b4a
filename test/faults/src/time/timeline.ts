interface Timer {
  readonly at: number
  /** What is due at the same moment comes in an order that the seed chooses. */
  readonly rank: number
  fn: (() => void) | undefined
}

/** The one time of a simulated world: it stands still until it is told to move, and everything that is due happens. */
export class Timeline {
  /** Epoch milliseconds. */
  now = Date.UTC(2026, 0, 1)
  readonly #rank: () => number
  readonly #heap: Timer[] = []

  constructor(rank: () => number) {
    this.#rank = rank
  }

  /** Calls `fn` in `ms`; returns a function that cancels. */
  setTimer(ms: number, fn: () => void): () => void {
    const timer: Timer = { at: this.now + Math.max(0, Math.ceil(ms)), rank: this.#rank(), fn }
    if (Number.isFinite(timer.at)) this.#push(timer)
    return () => {
      timer.fn = undefined
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise(resolve => this.setTimer(ms, resolve))
  }

  /** Moves on; what follows from one event happens before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    // Called by the event loop itself, a tick would come before every promise.
    await undefined
    await drained()
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      this.#pop()
      const { fn } = next
      if (fn === undefined) continue
      this.now = next.at
      fn()
      await drained()
    }
    this.now = end
  }

  #push(timer: Timer): void {
    const heap = this.#heap
    let i = heap.push(timer) - 1
    for (let up = (i - 1) >> 1; i > 0 && before(timer, heap[up] as Timer); up = (i - 1) >> 1) {
      heap[i] = heap[up] as Timer
      heap[up] = timer
      i = up
    }
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Timer
    if (heap.length === 0) return
    let i = 0
    for (;;) {
      let down = 2 * i + 1
      if (down + 1 < heap.length && before(heap[down + 1] as Timer, heap[down] as Timer)) down++
      if (down >= heap.length || !before(heap[down] as Timer, last)) break
      heap[i] = heap[down] as Timer
      i = down
    }
    heap[i] = last
  }
}

const before = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.rank < b.rank)

/** Everything that is ready to run has run: a simulated world has no timers but its timeline's, and no I/O. */
const drained = () => new Promise<void>(resolve => setImmediate(resolve))
