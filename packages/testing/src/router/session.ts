import type { Json, ReadyTraffic } from '@birdwatch/core'
import { lasting } from '../conform/aborts.js'
import { assert, Finding, given } from '../conform/assert.js'
import { describe } from '../conform/describe.js'
import type { Patience } from '../conform/patience.js'
import type { RouterFixture } from './fixture.js'

/** The router of a fixture, called as the runner calls it. */
export interface RouterSession {
  /** The traffic, which must be ready. */
  look(options?: { expected?: readonly number[]; live?: boolean; target?: Json }): Promise<ReadyTraffic>
  shift(weight: number, options?: { token?: string; target?: Json }): Promise<void>
  rollback(target?: Json): Promise<void>
  prepare(version: string, target?: Json): Promise<void>
  promoteOnce(version: string, target?: Json): Promise<void>
  /** Promotes as often as it takes; every look on the way is handed to `onTheWay`. */
  promote(version: string, onTheWay?: (traffic: ReadyTraffic) => void): Promise<ReadyTraffic>
  /** Somebody else's change of the weight. */
  foreign(weight: number): Promise<void>
}

export function session(fixture: RouterFixture, within: Patience): RouterSession {
  const { router, promoteCalls = 5 } = fixture
  const signal = lasting()
  const self: RouterSession = {
    look: async ({ expected, live, target = fixture.target } = {}) => {
      const options = { signal, ...(expected && { expected }), ...(live && { live }) }
      const traffic = await within('observe', router.observe(target, options))
      assert(traffic.state === 'ready', `traffic ${describe(traffic)}`, 'state ready')
      return traffic
    },
    shift: (weight, { token, target = fixture.target } = {}) =>
      within('shift', router.shift(target, weight, { signal, ...(token === undefined ? {} : { token }) })),
    rollback: (target = fixture.target) => within('rollback', router.rollback(target, { signal })),
    prepare: (version, target = fixture.target) => within('prepare', router.prepare(target, { version, signal })),
    promoteOnce: (version, target = fixture.target) => within('promote', router.promote(target, { version, signal })),
    promote: async (version, onTheWay = () => {}) => {
      for (let call = 0; call < promoteCalls; call++) {
        await self.promoteOnce(version)
        const traffic = await self.look()
        onTheWay(traffic)
        const arrived = traffic.versions === undefined || traffic.versions.production === version
        if (arrived && traffic.settled !== false) return traffic
      }
      throw new Finding(
        `a promotion that is not done after ${promoteCalls} calls`,
        'fewer, or `promoteCalls` in the fixture',
      )
    },
    foreign: async weight => {
      given(fixture.write, 'write')
      await fixture.write?.(weight)
    },
  }
  return self
}
