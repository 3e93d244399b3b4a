import { lasting } from '../conform/aborts.js'
import { assert, assertEqual } from '../conform/assert.js'
import { describe } from '../conform/describe.js'
import type { Rules } from '../conform/suite.js'
import type { RouterFixture } from './fixture.js'
import { session } from './session.js'

/** Weights at the ends, in the middle, and where coarse units round. */
const weights = [1, 2, 7, 10, 33, 50, 99, 100]

/** What a router promises about what it observes. */
export const observingRules = {
  'router/contract-is-1': {
    title: 'The router names the version of the contract that it keeps.',
    prove: async ({ router }) => assertEqual('contract', router.contract, 1),
  },
  'router/observes-weight': {
    title: 'The weight is a number from 0 to 100, and the resolution one above 0 and at most 100.',
    prove: async (fixture, within) => {
      const { weight, resolution = 1 } = await session(fixture, within).look()
      assertEqual('the weight of a fresh target', weight, 0)
      assert(resolution > 0 && resolution <= 100, `resolution ${resolution}`, 'above 0, at most 100')
    },
  },
  'router/own-writes-show-at-once': {
    title: 'An answered write of its own shows in the next observation, without waiting for any watch.',
    prove: async (fixture, within) => {
      const { shift, look, rollback } = session(fixture, within)
      for (const weight of weights) {
        await shift(weight)
        assertEqual(`after shift to ${weight}, the weight`, (await look({ expected: [weight] })).weight, weight)
      }
      await rollback()
      assertEqual('after rollback, the weight', (await look({ expected: [100] })).weight, 0)
    },
  },
  'router/rounds-to-expected': {
    title:
      'Of the expected weights it reports the first that its units stand for, so that rounding is no foreign change.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      for (const weight of weights) {
        await shift(weight)
        const later = weight > 50 ? 0 : 100
        assertEqual('the expected weight', (await look({ expected: [weight, later] })).weight, weight)
        assertEqual('the weight expected second', (await look({ expected: [later, weight] })).weight, weight)
      }
    },
  },
  'router/expected-hides-nothing': {
    title: 'A weight that none of the expected stands for is reported as it is.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(60)
      const { weight, resolution = 1 } = await look({ expected: [0, 100] })
      assert(
        Math.abs(weight - 60) <= resolution,
        `weight ${weight}`,
        `60, give or take the resolution of ${resolution}`,
      )
    },
  },
  'router/never-rounds-to-none': {
    title: 'A weight above 0 gives the canary some traffic, however coarse the units.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(1)
      const { weight } = await look()
      assert(weight > 0, `weight ${weight} after shift to 1`, 'more than 0')
    },
  },
  'router/foreign-writes-show-live': {
    title: 'A live observation shows what somebody else wrote just now.',
    prove: async (fixture, within) => {
      const { shift, foreign, look } = session(fixture, within)
      await shift(10)
      await foreign(40)
      const { weight, resolution = 1 } = await look({ expected: [10], live: true })
      assert(Math.abs(weight - 40) <= resolution, `weight ${weight}`, 'the 40 that somebody else wrote')
    },
  },
  'router/absent-is-missing': {
    title: 'A target with nothing to route with is observed as missing, with a reason for people; it is no error.',
    prove: async ({ router, absent }, within) => {
      const traffic = await within('observe', router.observe(absent, { signal: lasting() }))
      assert(traffic.state === 'missing', `traffic ${describe(traffic)}`, 'state missing')
      assert(
        traffic.reason.trim() !== '',
        'an empty reason',
        'a sentence: what was found, what is expected, what to do',
      )
    },
  },
  'router/targets-are-independent': {
    title: 'Moving one target leaves every other as it was.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      const before = await look({ target: fixture.other })
      await shift(30)
      assertEqual('the other target', await look({ target: fixture.other }), before)
    },
  },
  'router/targets-survive-a-store': {
    title: 'A target means the same after it went through a store as JSON.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(30, { target: JSON.parse(JSON.stringify(fixture.target)) })
      assertEqual('the weight', (await look({ expected: [30] })).weight, 30)
    },
  },
} as const satisfies Rules<RouterFixture>
