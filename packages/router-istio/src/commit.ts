import { BirdWatchError } from '@birdwatch/core'
import { failure, statusOf } from './failure.js'
import type { Objects } from './objects.js'
import type { Change, Plan } from './plan.js'
import { nameOf } from './target.js'
import type { View } from './view.js'

export interface CommitOptions {
  readonly objects: Objects
  readonly fieldManager: string
  readonly signal: AbortSignal
  /** Reads everything anew, at the source. */
  readonly look: () => Promise<View>
}

/** How often one change is tried against objects that others keep changing. */
const attempts = 5

/**
 * Plans on a view and writes; when the object turns out to have changed, plans again on a fresh view. So somebody's
 * edit beside ours costs a read, and is no error.
 */
export async function commit(plan: Plan, view: View, options: CommitOptions): Promise<void> {
  const { objects, fieldManager, signal, look } = options
  let change = plan(view)
  for (let attempt = 0; change !== undefined; attempt++) {
    if (attempt === attempts) throw restless(change)
    try {
      await objects.patch(change.ref, change.operations, { fieldManager, signal })
      return
    } catch (error) {
      const status = statusOf(error)
      if (isSuccess(status)) {
        // It was carried out, and its answer can not be used: what is there now is read instead.
        await look()
        return
      }
      if (status !== 409 && status !== 422) throw failure('patch', change.ref, error)
      const next = plan(await look())
      // A stale guard is 409. A failed test or a lost path is 422, and so is a schema's refusal: that one stays.
      if (status === 422 && isSame(next, change)) throw failure('patch', change.ref, error)
      change = next
    }
  }
}

const isSuccess = (status = 0): boolean => status >= 200 && status < 300

const isSame = (next: Change | undefined, { operations }: Change) =>
  JSON.stringify(next?.operations) === JSON.stringify(operations)

const restless = ({ ref }: Change) =>
  new BirdWatchError(
    'TRAFFIC_STALE',
    `${nameOf(ref)} was changed by others at each of ${attempts} tries to write it. Nothing was written; observe it again.`,
  )
