import type { RolloutState } from '@birdwatch/core'
import type { RolloutView } from './view/view.js'
import { type RolloutResource, viewOf } from './view/view-of.js'

/** Told of every change: the view as it is now, or undefined when the rollout is gone. */
export type RolloutListener = (key: string, view: RolloutView | undefined) => void

/** Where the page gets its rollouts from. */
export interface RolloutSource {
  list(): Iterable<RolloutView>
  /** Calls `listener` at every change from now on; returns a function that ends it. */
  subscribe(listener: RolloutListener): () => void
}

interface Entry {
  readonly resource: RolloutResource
  readonly state: RolloutState
  readonly view: RolloutView
}

/**
 * A source that is told by its host. `put` may be called as often as one likes, after every pass of a runner for
 * example: what has not changed costs nothing.
 */
export class RolloutFeed implements RolloutSource {
  readonly #entries = new Map<string, Entry>()
  readonly #listeners = new Set<RolloutListener>()

  put(resource: RolloutResource, state: RolloutState): void {
    const key = `${resource.namespace}/${resource.name}`
    const known = this.#entries.get(key)
    if (known?.state === state && known.resource === resource) return
    const view = viewOf(resource, state)
    this.#entries.set(key, { resource, state, view })
    this.#tell(key, view)
  }

  /** @param key `namespace/name` */
  remove(key: string): void {
    if (this.#entries.delete(key)) this.#tell(key, undefined)
  }

  *list(): Iterable<RolloutView> {
    for (const { view } of this.#entries.values()) yield view
  }

  subscribe(listener: RolloutListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(key: string, view: RolloutView | undefined): void {
    for (const listener of this.#listeners) listener(key, view)
  }
}
