import { BirdWatchError, type RolloutState, type RolloutStore } from '@birdwatch/core'
import { type Fault, type FaultOptions, Faults } from './faults.js'

export type StoreOperation = 'save' | 'load'

export interface MemoryStoreOptions extends FaultOptions<StoreOperation> {
  /** What is stored in the beginning (default: nothing, which counts as `rev` 0). */
  readonly state?: RolloutState
}

/** A store without disk, for tests and simulations; give several runners the same to simulate several processes. */
export interface MemoryStore extends RolloutStore {
  /** What is stored now. */
  readonly state: RolloutState | undefined
  /** Everything that was saved, oldest first. */
  readonly saves: readonly RolloutState[]
  load(): Promise<RolloutState | undefined>
  /** Scripts what goes wrong with the next `times` calls (default 1) of an operation. */
  fault(on: StoreOperation, fault: Fault, times?: number): void
}

const conflict = (detail: string) => new BirdWatchError('STORE_CONFLICT', detail)

const telling = {
  refused: () => conflict('another writer saved first, as scripted'),
  unanswered: (operation: string) => new BirdWatchError('STORE_UNREACHABLE', `${operation} got no answer, as scripted`),
}

/** Through text, as a real store: what is not JSON is lost here and not in production. */
const copy = (state: RolloutState): RolloutState => JSON.parse(JSON.stringify(state))

export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const faults = new Faults<StoreOperation>(telling, options)
  const saves: RolloutState[] = []
  let stored = options.state && copy(options.state)

  return {
    get state() {
      return stored
    },
    saves,
    load: () => faults.pass('load', undefined, () => stored && copy(stored)),
    save: async (state, expectedRev) => {
      const text = copy(state)
      await faults.pass('save', undefined, () => {
        const rev = stored?.rev ?? 0
        if (rev !== expectedRev) throw conflict(`rev ${rev} is stored, the save expected ${expectedRev}`)
        stored = text
        saves.push(text)
      })
    },
    fault: faults.script,
  }
}
