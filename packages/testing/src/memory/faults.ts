import type { Clock } from '@birdwatch/core'

/** What can go wrong with one call. */
export type Fault =
  /** It is answered with an error, and nothing is done. */
  | { readonly kind: 'refuse'; readonly error?: Error }
  /** It is done, and the answer is lost. */
  | { readonly kind: 'lose' }
  /** It is lost on the way: nothing is done, and nothing answered. */
  | { readonly kind: 'drop' }
  /** It is given up by the caller at once, and done `ms` milliseconds later. */
  | { readonly kind: 'late'; readonly ms: number }
  /** It is done and answered after `ms` milliseconds. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing is done, and it is not answered until the caller aborts it. */
  | { readonly kind: 'hang' }

/** Decides on the fault of a call as it comes, e.g. by a seeded generator; undefined lets it pass. */
export type FaultPlan<Operation extends string> = (operation: Operation) => Fault | undefined

export interface FaultOptions<Operation extends string> {
  /** Measures delays; needed for the faults `late` and `delay` only. */
  readonly clock?: Clock
  /** Asked for a fault when none is scripted for the call. */
  readonly plan?: FaultPlan<Operation>
}

/** The errors by which a port tells of a refusal, and of an answer that did not come. */
interface Telling<Operation extends string> {
  readonly refused: (operation: Operation) => Error
  readonly unanswered: (operation: Operation) => Error
}

/** Lets the calls of an in-memory port pass, or go wrong as scripted. */
export class Faults<Operation extends string> {
  readonly #telling: Telling<Operation>
  readonly #options: FaultOptions<Operation>
  #script: { readonly on: Operation; readonly fault: Fault }[] = []

  constructor(telling: Telling<Operation>, options: FaultOptions<Operation>) {
    this.#telling = telling
    this.#options = options
  }

  /** Scripts the fault of the next `times` calls of an operation. */
  readonly script = (on: Operation, fault: Fault, times = 1): void => {
    for (let i = 0; i < times; i++) this.#script.push({ on, fault })
  }

  async pass<T>(operation: Operation, signal: AbortSignal | undefined, act: () => T): Promise<T> {
    signal?.throwIfAborted()
    const fault = this.#take(operation)
    switch (fault?.kind) {
      case undefined:
        return act()
      case 'refuse':
        throw fault.error ?? this.#telling.refused(operation)
      case 'lose':
        act()
        throw this.#telling.unanswered(operation)
      case 'drop':
        throw this.#telling.unanswered(operation)
      case 'late':
        // Whatever becomes of it, nobody listens any more.
        this.#clock
          .sleep(fault.ms)
          .then(act)
          .catch(() => {})
        throw this.#telling.unanswered(operation)
      case 'delay':
        await this.#clock.sleep(fault.ms, signal)
        return act()
      case 'hang':
        return untilAborted(signal)
    }
  }

  #take(operation: Operation): Fault | undefined {
    const index = this.#script.findIndex(({ on }) => on === operation)
    if (index < 0) return this.#options.plan?.(operation)
    return this.#script.splice(index, 1)[0]?.fault
  }

  get #clock(): Clock {
    if (this.#options.clock === undefined) throw new TypeError('a fault that takes time needs the option `clock`')
    return this.#options.clock
  }
}

/** Never resolves; rejects with the signal's reason when it is aborted. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
