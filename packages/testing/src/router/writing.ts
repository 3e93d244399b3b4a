import { assert, assertCoded, assertEqual, offered, rejection } from '../conform/assert.js'
import type { Patience } from '../conform/patience.js'
import type { Rules } from '../conform/suite.js'
import type { RouterFixture } from './fixture.js'
import { session } from './session.js'

const withoutToken = async (fixture: RouterFixture, within: Patience) => {
  const { token } = await session(fixture, within).look()
  assertEqual('the token of a router that is said to have none', token, undefined)
}

/** What a router promises about moving weight. */
export const writingRules = {
  'router/shift-is-idempotent': {
    title: 'The same shift again resolves and changes nothing.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(20)
      const before = await look({ expected: [20] })
      await shift(20)
      await shift(20, before.token === undefined ? {} : { token: before.token })
      assertEqual('the traffic', await look({ expected: [20] }), before)
    },
  },
  'router/current-token-is-accepted': {
    title: 'A shift that is planned on what was observed last is applied.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      for (const weight of [20, 40]) {
        await shift(weight, { token: offered((await look()).token, 'token') })
        assertEqual('the weight', (await look({ expected: [weight] })).weight, weight)
      }
    },
    lacking: withoutToken,
  },
  'router/stale-token-is-refused': {
    title: 'A shift that is planned on an older observation rejects with TRAFFIC_STALE, unwritten.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      const token = offered((await look()).token, 'token')
      await shift(20, { token })
      const late = shift(40, { token })
      assertCoded('the stale shift', await rejection('the stale shift', late, 'TRAFFIC_STALE'), ['TRAFFIC_STALE'])
      assertEqual('the weight', (await look({ expected: [20, 40], live: true })).weight, 20)
    },
    lacking: withoutToken,
  },
  'router/stale-after-foreign-write': {
    title: "A shift over somebody else's change, made since the observation, rejects with TRAFFIC_STALE, unwritten.",
    prove: async (fixture, within) => {
      const { shift, look, foreign } = session(fixture, within)
      const token = offered((await look()).token, 'token')
      await foreign(60)
      const late = shift(20, { token })
      assertCoded('the stale shift', await rejection('the stale shift', late, 'TRAFFIC_STALE'), ['TRAFFIC_STALE'])
      assertEqual('the weight', (await look({ expected: [20, 60], live: true })).weight, 60)
    },
    lacking: withoutToken,
  },
  'router/one-of-two-shifts-wins': {
    title: 'Of two shifts planned on the same observation, exactly one is applied.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      const token = offered((await look()).token, 'token')
      const outcomes = await Promise.allSettled([shift(20, { token }), shift(40, { token })])
      const winners = [20, 40].filter((_, i) => outcomes[i]?.status === 'fulfilled')
      assertEqual('the number of shifts that were applied', winners.length, 1)
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assertCoded('the other shift', outcome.reason, ['TRAFFIC_STALE'])
      }
      assertEqual('the weight', (await look({ expected: winners, live: true })).weight, winners[0])
    },
    lacking: withoutToken,
  },
  'router/rollback-from-anywhere': {
    title: 'A rollback sets weight 0 whatever the weight is, and again when it is 0 already.',
    prove: async (fixture, within) => {
      const { shift, rollback, look } = session(fixture, within)
      for (const weight of [1, 50, 100]) {
        await shift(weight)
        await rollback()
        await rollback()
        assertEqual(`after rollback from ${weight}, the weight`, (await look()).weight, 0)
      }
    },
  },
  'router/rollback-wins-races': {
    title: "A rollback wins over somebody else's change that the router has not seen.",
    prove: async (fixture, within) => {
      const { shift, rollback, look, foreign } = session(fixture, within)
      await shift(20)
      await look()
      await foreign(60)
      await rollback()
      assertEqual('the weight', (await look({ live: true })).weight, 0)
    },
  },
  'router/generation-counts-changes': {
    title: 'The generation rises with a change of weight, and not with a write that changes nothing.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      const generations: number[] = []
      for (const weight of [20, 20, 30, 30]) {
        await shift(weight)
        generations.push(offered((await look()).generation, 'generation'))
      }
      const [first = 0, again, second = 0, last] = generations
      const holds = first === again && second > first && second === last
      assert(holds, `generations ${generations.join(', ')} after shifts to 20, 20, 30, 30`, 'a rise at 30 only')
    },
    lacking: async (fixture, within) => {
      const { generation } = await session(fixture, within).look()
      assertEqual('the generation of a router that is said to have none', generation, undefined)
    },
  },
  'router/knows-its-own-writes': {
    title: 'The writer is `self` after its own write, and another one after somebody else changed the weight.',
    prove: async (fixture, within) => {
      const { shift, look, foreign } = session(fixture, within)
      await shift(20)
      const own = offered((await look({ live: true })).writer, 'writer')
      assertEqual('after its own write, self', own.self, true)
      await foreign(60)
      const other = offered((await look({ live: true })).writer, 'writer')
      assertEqual("after somebody else's, self", other.self, false)
    },
    lacking: async (fixture, within) => {
      const { writer } = await session(fixture, within).look()
      assertEqual('the writer of a router that is said to tell none', writer, undefined)
    },
  },
} as const satisfies Rules<RouterFixture>
