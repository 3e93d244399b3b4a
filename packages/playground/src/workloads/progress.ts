import type { Clock } from '@birdwatch/core'
import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'
import { type Census, replicasOf } from './plan.js'
import { isComplete } from './status.js'

/** Whether the pods of one Deployment get along within its `progressDeadlineSeconds`. */
export class Progress {
  readonly #clock: Clock
  readonly #late: () => void
  #seen = ''
  #movedAt = 0
  #waiting = new AbortController()

  /** @param late called when the deadline passes */
  constructor(clock: Clock, late: () => void) {
    this.#clock = clock
    this.#late = late
  }

  /** Takes note of how the pods are now; true when nothing has moved for too long. */
  isLate(deployment: KubeObject, census: Census): boolean {
    const seen = JSON.stringify([deployment.metadata.generation, census])
    if (seen !== this.#seen) this.#movedAt = this.#clock.now()
    this.#seen = seen
    this.end()
    if (isComplete(replicasOf(deployment), census)) return false
    const deadlineMs = 1000 * Number(dig(deployment, 'spec', 'progressDeadlineSeconds') ?? 600)
    const leftMs = this.#movedAt + deadlineMs - this.#clock.now()
    if (leftMs > 0) this.#wait(leftMs)
    return leftMs <= 0
  }

  /** Waits for nothing any more. */
  end(): void {
    this.#waiting.abort()
  }

  #wait(ms: number): void {
    this.#waiting = new AbortController()
    this.#clock.sleep(ms, this.#waiting.signal).then(this.#late, () => {})
  }
}
