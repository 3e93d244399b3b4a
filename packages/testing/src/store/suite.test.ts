import { BirdWatchError, type RolloutState, type RolloutStore } from '@birdwatch/core'
import { storeFixture } from '../../test/fixtures.js'
import { everyMutantIsCaught, type Mutation } from '../../test/mutants.js'
import { rolloutStoreSuite, type StoreFixture } from './suite.js'

const conflict = () => new BirdWatchError('STORE_CONFLICT', 'another writer saved first')

/** A store with one flaw, written out because a flaw of a store is mostly in what it keeps. */
const flawed =
  (flaw: {
    load?: (stored: RolloutState | undefined) => RolloutState | undefined
    keep?: (state: RolloutState, stored: RolloutState | undefined) => RolloutState
    before?: () => Promise<void>
    expects?: (stored: RolloutState | undefined) => number
    /** What follows a conflict: nothing is saved, and this happens. */
    conflicts?: (state: RolloutState, save: (state: RolloutState) => void) => void
  }): Mutation<StoreFixture> =>
  () => {
    let stored: RolloutState | undefined
    const { keep = state => structuredClone(state), conflicts = () => Promise.reject(conflict()) } = flaw
    const put = (state: RolloutState) => {
      stored = keep(state, stored)
    }
    const store: RolloutStore = {
      load: async () => (flaw.load ?? (state => state))(stored),
      save: async (state, expectedRev) => {
        const rev = (flaw.expects ?? (s => s?.rev ?? 0))(stored)
        await flaw.before?.()
        if (rev !== expectedRev) return conflicts(state, put)
        put(state)
      },
    }
    return { store }
  }

everyMutantIsCaught(rolloutStoreSuite, storeFixture, {
  'store/empty-in-the-beginning': {
    'an error where there is nothing': flawed({
      load: () => {
        throw new Error('no such file')
      },
    }),
    'a fixture that can not load': ({ store }) => ({ store: { save: store.save } }),
  },
  'store/first-save': {
    'a first save that expects something else': flawed({ expects: stored => stored?.rev ?? -1 }),
    'a save that saves nothing': flawed({ load: () => undefined }),
  },
  'store/keeps-everything': {
    'a store of a few fields': flawed({ keep: ({ metrics, ...state }) => ({ ...state, metrics: {} }) }),
    'a store that merges': flawed({
      keep: (state, stored) => ({ ...state, metrics: { ...stored?.metrics, ...state.metrics } }),
    }),
  },
  'store/conflict-saves-nothing': {
    'a save without comparison': flawed({ conflicts: (state, save) => save(state) }),
    'a conflict that is swallowed': flawed({ conflicts: () => {} }),
    'a conflict that saves': flawed({
      conflicts: (state, save) => {
        save(state)
        throw conflict()
      },
    }),
    'an error without a code': flawed({
      conflicts: () => {
        throw new Error('HTTP 409')
      },
    }),
  },
  'store/one-of-two-saves-wins': {
    'a comparison apart from its save': flawed({ before: () => Promise.resolve() }),
  },
  'store/keeps-a-copy': { 'the object itself': flawed({ keep: state => state }) },
})
