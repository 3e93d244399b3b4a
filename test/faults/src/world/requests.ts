/** Where to end a process: at which of its requests, to whomever, and whether that took effect. */
export interface Cut {
  /** The first is 0. */
  readonly request: number
  readonly effect: boolean
}

/** What becomes of one request. */
export interface Sent {
  /** It is not sent any more: its process has died. */
  readonly never: boolean
  /** To be called when it took effect, before its answer. */
  readonly tookEffect: () => void
}

/** Everything that processes send, to the API server, for a metric or to Slack, in order; a process can be cut at each. */
export class Requests {
  readonly all: string[] = []
  #cut: Cut | undefined
  #die = () => {}

  /** Calls `die` at one request, once. */
  cutAt(cut: Cut, die: () => void): void {
    this.#cut = cut
    this.#die = die
  }

  sends(what: string): Sent {
    const here = this.all.push(what) - 1 === this.#cut?.request
    const never = here && this.#cut?.effect === false
    if (never) this.#die()
    return { never, tookEffect: () => here && !never && this.#die() }
  }
}
