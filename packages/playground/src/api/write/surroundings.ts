import type { Catalog } from '../catalog.js'
import type { Store } from '../store/store.js'

/** What the writing parts work with. */
export interface Surroundings {
  readonly catalog: Catalog
  readonly store: Store
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly newUid: () => string
}

/** A moment as Kubernetes writes it: whole seconds. */
export const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
