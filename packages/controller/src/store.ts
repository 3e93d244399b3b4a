import { BirdWatchError, inProgress, type RolloutState, type RolloutStore } from '@birdwatch/core'
import { isKubeError } from '@birdwatch/kube'
import type { Claims } from './claims.js'
import { writeFinalizer } from './finalizer.js'
import type { Collection } from './kube/collection.js'
import { type BirdWatch, engineOf, type RawBirdWatch } from './resource/birdwatch.js'
import { finalizer } from './resource/names.js'
import { conditionsOf, type Note } from './status/conditions.js'
import { statusOf } from './status/render.js'
import { storable } from './status/storable.js'

/** How often a write is planned anew when somebody changed something else of the resource meanwhile. */
const attempts = 5

/** How long the end of a deleted rollout may take to be told, milliseconds: nobody who deletes waits for Slack for longer. */
const lastWordsMs = 30_000

export type BirdWatches = Collection<RawBirdWatch, BirdWatch>

export interface StatusStoreOptions {
  readonly birdWatches: BirdWatches
  readonly key: string
  /** The resource that the store is for: another one of the same name is not saved into. */
  readonly uid: string
  readonly claims: Claims
  /** What is to be shown beside the state. */
  readonly notes: (resource: BirdWatch, state: RolloutState) => readonly Note[]
  /** Epoch milliseconds. */
  readonly now: () => number
}

/**
 * Keeps a rollout's state in `status.engine` of its BirdWatch, with everything that people see rendered in the same
 * write. A save is one JSON patch that tests the `rev` it expects: of two writers one gets a 422. The first save has
 * no `rev` to test and carries the resourceVersion instead. Writes of one store never overlap.
 */
export class StatusStore implements RolloutStore {
  readonly #options: StatusStoreOptions
  #writes: Promise<unknown> = Promise.resolve()
  #pending = 0
  #rev: number

  /** @param rev the `rev` of the state that the rollout goes on from; 0 without one */
  constructor(options: StatusStoreOptions, rev: number) {
    this.#options = options
    this.#rev = rev
  }

  save(state: RolloutState, expectedRev: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#save(state, expectedRev)
      this.#rev = state.rev
    })
  }

  /** True when the cache shows a save that was not made here: somebody else carries this rollout now. */
  get overtaken(): boolean {
    if (this.busy) return false
    const resource = this.#resource()
    return resource === undefined || (engineOf(resource)?.rev ?? 0) > this.#rev
  }

  /** True while a write is under way. */
  get busy(): boolean {
    return this.#pending > 0
  }

  /**
   * Makes finalizer and notes fit what was saved; writes nothing when they do.
   * @param untold people have not been told of everything yet: a resource that is being deleted stays until `untilTold`
   */
  settle(untold = false): Promise<void> {
    return this.#inTurn(async () => {
      const resource = this.#resource()
      const state = resource && engineOf(resource)
      if (resource === undefined) return
      const stays =
        state !== undefined && (inProgress(state) || (untold && this.#options.now() < untilTold(resource, state)))
      await writeFinalizer(this.#options.birdWatches, resource, stays)
      if (state !== undefined) await this.#showNotes(resource, state)
    })
  }

  #resource(): BirdWatch | undefined {
    const resource = this.#options.birdWatches.getByKey(this.#options.key)
    return resource?.metadata.uid === this.#options.uid ? resource : undefined
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    this.#pending++
    const turn = this.#writes.then(write).finally(() => {
      this.#pending--
    })
    this.#writes = turn.catch(() => {})
    return turn
  }

  async #save(state: RolloutState, expectedRev: number): Promise<void> {
    const { key, claims } = this.#options
    for (let attempt = 1; ; attempt++) {
      const resource = this.#resource()
      if (resource === undefined) throw conflict(`BirdWatch ${key} is gone`)
      const { namespace } = resource.metadata
      if (expectedRev === 0 && engineOf(resource) !== undefined) throw conflict(`BirdWatch ${key} has a state already`)
      if (inProgress(state) && !claims.take(key, namespace, state.target.service))
        throw conflict(`${state.target.service} was taken by another BirdWatch`)
      try {
        await this.#write(resource, state, expectedRev)
        if (!inProgress(state)) claims.release(key)
        return
      } catch (error) {
        const explained = await this.#explained(error, resource, expectedRev)
        if (explained !== undefined || attempt === attempts) throw explained ?? error
      }
    }
  }

  async #write(found: BirdWatch, state: RolloutState, expectedRev: number): Promise<void> {
    const { birdWatches } = this.#options
    const { namespace, name } = found.metadata
    const resource = inProgress(state) ? await writeFinalizer(birdWatches, found, true) : found
    const fence =
      expectedRev === 0
        ? { op: 'replace', path: '/metadata/resourceVersion', value: resource.metadata.resourceVersion }
        : { op: 'test', path: '/status/engine/rev', value: expectedRev }
    const value = { ...this.#rendered(resource, state), engine: storable(state) }
    await birdWatches.patch({ namespace, name, subresource: 'status' }, [fence, { op: 'add', path: '/status', value }])
  }

  #rendered(resource: BirdWatch, state: RolloutState) {
    const { notes, now } = this.#options
    return statusOf(state, {
      generation: resource.metadata.generation,
      previous: resource.conditions,
      notes: notes(resource, state),
      now: now(),
    })
  }

  /**
   * What a failed write means for the engine, or undefined when it may be tried again on the resource as it is now. A
   * failed `test` and a refusal by the schema are both a 422: one read tells them apart, and refreshes the cache.
   */
  async #explained(error: unknown, { metadata }: BirdWatch, expectedRev: number): Promise<BirdWatchError | undefined> {
    const { birdWatches, key } = this.#options
    const message = error instanceof Error ? error.message : String(error)
    if (isKubeError(error, 'KUBE_NOT_FOUND')) return conflict(`BirdWatch ${key} is gone`)
    if (isKubeError(error, 'KUBE_FORBIDDEN')) return refused(message, error)
    if (!isKubeError(error, 'KUBE_INVALID', 'KUBE_CONFLICT')) return unreachable(message, error)
    const stored = await birdWatches.read(metadata.namespace, metadata.name).catch(() => undefined)
    if (stored === undefined) return unreachable(message, error)
    const { rev = 0 } = (stored.status?.engine ?? {}) as Partial<RolloutState>
    if (stored.metadata.uid !== metadata.uid || rev !== expectedRev)
      return conflict(`another writer saved BirdWatch ${key}: expected rev ${expectedRev}, found ${rev}`)
    return isKubeError(error, 'KUBE_CONFLICT') ? undefined : refused(message, error)
  }

  /** Notes are not part of the state: what has come or gone since the last save is shown by itself. */
  async #showNotes(resource: BirdWatch, state: RolloutState): Promise<void> {
    const { birdWatches, notes, now } = this.#options
    const { namespace, name, generation } = resource.metadata
    const shown = conditionsOf(state, notes(resource, state), { previous: resource.conditions, generation, now: now() })
    const kinds = (conditions: readonly { type: string; status: string; reason: string }[]) =>
      JSON.stringify(conditions.map(({ type, status, reason }) => [type, status, reason]))
    if (kinds(shown) === kinds(resource.conditions)) return
    const operations = [
      { op: 'test', path: '/status/engine/rev', value: state.rev },
      { op: 'add', path: '/status/conditions', value: shown },
    ]
    await birdWatches.patch({ namespace, name, subresource: 'status' }, operations)
  }
}

/** Until when a rollout that ended by its deletion keeps its resource, so that people hear of its end, epoch milliseconds. */
export function untilTold({ metadata }: BirdWatch, { endedAt = 0 }: RolloutState): number {
  const held = metadata.deletionTimestamp !== undefined && metadata.finalizers.includes(finalizer)
  return held ? endedAt + lastWordsMs : Number.NEGATIVE_INFINITY
}

const conflict = (message: string) => new BirdWatchError('STORE_CONFLICT', message)
const refused = (message: string, cause: unknown) =>
  new BirdWatchError('STORE_REFUSED', `the status was refused: ${message}`, { cause })
const unreachable = (message: string, cause: unknown) => new BirdWatchError('STORE_UNREACHABLE', message, { cause })
