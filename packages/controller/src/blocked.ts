import type { Logger } from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import { missingPermission } from './notes.js'
import type { Permissions } from './permissions.js'
import type { Condition } from './resource/status.js'
import { clipped, isoTime } from './status/text.js'
import type { BirdWatches } from './store.js'

export interface BlockedOptions {
  readonly birdWatches: BirdWatches
  readonly permissions: Pick<Permissions, 'missing'>
  /** Whether this process has the Lease: no other writes. */
  readonly leads: () => boolean
  /** Whether it makes passes, which show this themselves where they can save. */
  readonly acts: () => boolean
  readonly logger: Logger
  /** Epoch milliseconds. */
  readonly now: () => number
}

/**
 * While the caches can not be filled there are no passes, and where a pass can not write it saves nothing: nobody says why
 * nothing happens. Where a missing permission is the reason, this says so on the BirdWatch itself; the next save overwrites it.
 */
export class Blocked {
  constructor(private readonly options: BlockedOptions) {}

  async show(key: string): Promise<void> {
    const { birdWatches, permissions, leads, acts, logger, now } = this.options
    const resource = leads() ? birdWatches.getByKey(key) : undefined
    if (resource === undefined) return
    const { namespace, name, generation, resourceVersion } = resource.metadata
    const note = missingPermission(permissions.missing(namespace))
    if (note === undefined) return
    const { type, reason } = note
    const message = clipped(note.message, 1024)
    const known = resource.conditions.find(condition => condition.type === type)
    // What a pass found to be worse stays.
    if (known?.status === 'True' && (acts() || known.message === message)) return
    const times = { lastTransitionTime: isoTime(now()), observedGeneration: generation }
    const condition: Condition = { type, status: 'True', reason, message, ...times }
    const conditions = [...resource.conditions.filter(other => other !== known), condition]
    // What a rollout has saved stays as it is.
    const begun = resource.engine !== undefined || resource.conditions.length > 0
    const shown = begun
      ? { op: 'add', path: '/status/conditions', value: conditions }
      : { op: 'add', path: '/status', value: { message, conditions } }
    try {
      const guard = { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }
      await birdWatches.patch({ namespace, name, subresource: 'status' }, [guard, shown])
    } catch (error) {
      // Somebody was first: the watch tells of it, and this is asked again.
      if (!isKubeError(error, 'KUBE_CONFLICT', 'KUBE_INVALID', 'KUBE_NOT_FOUND'))
        logger.warn('condition not written', { birdwatch: key, error: (error as Error).message })
    }
  }
}
