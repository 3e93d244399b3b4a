import type { ReadyTraffic } from '@birdwatch/core'
import { assert, assertEqual, offered } from '../conform/assert.js'
import { describe } from '../conform/describe.js'
import type { Patience } from '../conform/patience.js'
import type { Rules } from '../conform/suite.js'
import type { RouterFixture } from './fixture.js'
import { session } from './session.js'

const versionsOf = (traffic: ReadyTraffic) => offered(traffic.versions, 'versions')

const withoutVersions = async (fixture: RouterFixture, within: Patience) => {
  const { versions } = await session(fixture, within).look()
  assertEqual('the versions of a router that is said to label none', versions, undefined)
}

/** What a router promises about preparing and promoting a version. */
export const versionRules = {
  'router/prepare-labels-the-canary': {
    title: 'After prepare, the canary destination selects the version; production and the weight are as they were.',
    prove: async (fixture, within) => {
      const { prepare, look } = session(fixture, within)
      const before = await look()
      await prepare(fixture.version)
      const after = await look()
      const expected = { production: versionsOf(before).production, canary: fixture.version }
      assertEqual('the versions', versionsOf(after), expected)
      assertEqual('the weight', after.weight, before.weight)
    },
    lacking: withoutVersions,
  },
  'router/prepare-is-idempotent': {
    title: 'The same prepare again resolves and changes nothing.',
    prove: async (fixture, within) => {
      const { prepare, look } = session(fixture, within)
      await prepare(fixture.version)
      const before = await look()
      await prepare(fixture.version)
      assertEqual('the traffic', await look(), before)
    },
  },
  'router/promote-converges': {
    title: 'Called again and again, promote makes the version production, from whatever weight, in few calls.',
    prove: async (fixture, within) => {
      const { prepare, rollback, shift, promote } = session(fixture, within)
      const steps = [
        { version: fixture.version, weight: 50 },
        { version: `${fixture.version}-b`, weight: 100 },
        { version: `${fixture.version}-c`, weight: 0 },
      ]
      for (const { version, weight } of steps) {
        await rollback()
        await prepare(version)
        await shift(weight)
        await promote(version)
      }
    },
  },
  'router/promote-never-goes-back': {
    title: 'On the way to a promotion, no traffic goes back to the old version.',
    prove: async (fixture, within) => {
      const { prepare, shift, promote } = session(fixture, within)
      await prepare(fixture.version)
      await shift(50)
      await promote(fixture.version, traffic => {
        const onNew = versionsOf(traffic).production === fixture.version ? 100 : traffic.weight
        assert(onNew >= 50, `traffic ${describe(traffic)} on the way`, 'at least the 50 % that the version had')
      })
    },
    lacking: withoutVersions,
  },
  'router/promote-is-idempotent': {
    title: 'Promoting what is production already resolves and changes nothing.',
    prove: async (fixture, within) => {
      const { prepare, shift, promote, promoteOnce, look } = session(fixture, within)
      await prepare(fixture.version)
      await shift(50)
      await promote(fixture.version)
      const before = await look()
      await promoteOnce(fixture.version)
      assertEqual('the traffic', await look(), before)
    },
  },
  'router/promote-can-go-back': {
    title: 'The version that was production before can be promoted again, to undo a promotion.',
    prove: async (fixture, within) => {
      const { prepare, shift, promote, look } = session(fixture, within)
      const { production } = versionsOf(await look())
      await prepare(fixture.version)
      await shift(100)
      await promote(fixture.version)
      await promote(production)
      assertEqual('the production version', versionsOf(await look()).production, production)
    },
    lacking: withoutVersions,
  },
} as const satisfies Rules<RouterFixture>
