import type { RolloutState, RolloutStore } from '@birdwatch/core'
import { assertCoded, assertEqual, rejection } from '../conform/assert.js'
import type { Patience } from '../conform/patience.js'
import { type Fixture, type Rules, runSuite, type SuiteOptions } from '../conform/suite.js'
import { sampleState } from '../samples/state.js'

/** A store in which nothing is kept yet. */
export interface StoreFixture extends Fixture {
  readonly store: RolloutStore
  /** What is kept, read past the store; needed when the store has no `load`. */
  load?(): Promise<RolloutState | undefined>
  /** The same storage as another process would open it (default: the same store). */
  readonly another?: RolloutStore
}

const kept = async (fixture: StoreFixture, within: Patience): Promise<RolloutState | undefined> => {
  const { load = fixture.store.load } = fixture
  assertEqual('whether the store or the fixture can `load`', load !== undefined, true)
  return within('load', Promise.resolve(load?.call(fixture.store)))
}

const assertKept = async (fixture: StoreFixture, within: Patience, expected: RolloutState | undefined) =>
  assertEqual('the state that is kept', await kept(fixture, within), expected)

const save = ({ store }: StoreFixture, within: Patience, state: RolloutState, expectedRev: number) =>
  within('save', store.save(state, expectedRev))

export const storeRules = {
  'store/empty-in-the-beginning': {
    title: 'Before the first save there is nothing to load, which is no error.',
    prove: (fixture, within) => assertKept(fixture, within, undefined),
  },
  'store/first-save': {
    title: 'Nothing stored counts as rev 0: the first save expects that.',
    prove: async (fixture, within) => {
      const state = sampleState({ rev: 1 })
      await save(fixture, within, state, 0)
      await assertKept(fixture, within, state)
    },
  },
  'store/keeps-everything': {
    title: 'What is loaded is what was saved last, whole.',
    prove: async (fixture, within) => {
      await save(fixture, within, sampleState({ rev: 1 }), 0)
      const metrics = {
        errors: { name: 'errors', baseline: 1e-9, allowed: 0.5, verdict: 'ok', memory: [null, { ü: '☃' }] },
      }
      const state = sampleState({ rev: 2, weight: 30, metrics })
      await save(fixture, within, state, 1)
      await assertKept(fixture, within, state)
    },
  },
  'store/conflict-saves-nothing': {
    title: 'A save that expects another rev than the stored one rejects with STORE_CONFLICT, and nothing is saved.',
    prove: async (fixture, within) => {
      const state = sampleState({ rev: 1 })
      await save(fixture, within, state, 0)
      for (const expectedRev of [0, 2]) {
        const late = save(fixture, within, sampleState({ rev: expectedRev + 1, weight: 90 }), expectedRev)
        assertCoded('the late save', await rejection('the late save', late, 'STORE_CONFLICT'), ['STORE_CONFLICT'])
      }
      await assertKept(fixture, within, state)
    },
  },
  'store/one-of-two-saves-wins': {
    title: 'Of two saves at the same time, by two processes, that expect the same rev, exactly one is saved.',
    prove: async (fixture, within) => {
      await save(fixture, within, sampleState({ rev: 1 }), 0)
      const states = [sampleState({ rev: 2, weight: 30 }), sampleState({ rev: 2, weight: 40 })]
      const stores = [fixture.store, fixture.another ?? fixture.store]
      const racing = states.map((state, i) => stores[i]?.save(state, 1))
      const outcomes = await within('the saves', Promise.allSettled(racing))
      const winners = states.filter((_, i) => outcomes[i]?.status === 'fulfilled')
      assertEqual('the number of saves that were answered', winners.length, 1)
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assertCoded('the other save', outcome.reason, ['STORE_CONFLICT'])
      }
      await assertKept(fixture, within, winners[0])
    },
  },
  'store/keeps-a-copy': {
    title: 'What happens to the object after it was saved does not change what is kept.',
    prove: async (fixture, within) => {
      const state: { rev: number; weight: number } & RolloutState = sampleState({ rev: 1 })
      await save(fixture, within, state, 0)
      state.weight = 99
      await assertKept(fixture, within, sampleState({ rev: 1 }))
    },
  },
} as const satisfies Rules<StoreFixture>

export type StoreRuleCode = keyof typeof storeRules

/** Proves that a `RolloutStore` keeps the contract: registers one test per rule. */
export function rolloutStoreSuite(options: SuiteOptions<StoreFixture, StoreRuleCode>): void {
  runSuite<StoreFixture, StoreRuleCode>(storeRules, options)
}
