import type { Json, TrafficRouter } from '@birdwatch/core'
import { aborted, assertEndsOnAbort, lasting } from '../conform/aborts.js'
import { assert, assertCoded, assertEqual, codesOf, given, offered, rejection } from '../conform/assert.js'
import { leakIn } from '../conform/leaks.js'
import type { Rules } from '../conform/suite.js'
import type { RouterFixture } from './fixture.js'
import { session } from './session.js'

/** Every method that writes, called in a way that has something to write. */
const writes = (router: TrafficRouter, target: Json, version: string) =>
  ({
    prepare: (signal: AbortSignal) => router.prepare(target, { version, signal }),
    shift: (signal: AbortSignal) => router.shift(target, 70, { signal }),
    rollback: (signal: AbortSignal) => router.rollback(target, { signal }),
    promote: (signal: AbortSignal) => router.promote(target, { version, signal }),
  }) as const

/** What a router promises about watching, aborts and errors. */
export const troubleRules = {
  'router/watch-calls': {
    title: 'A watch is called when the traffic changes, by the router or by somebody else, until it is ended.',
    prove: async (fixture, within) => {
      const { shift, foreign } = session(fixture, within)
      offered(fixture.router.watch, 'watch')
      let callsAfterEnd = 0
      const ended = fixture.router.watch?.(fixture.target, () => callsAfterEnd++)
      ended?.()
      for (const change of [() => shift(20), () => foreign(40)]) {
        let end: (() => void) | undefined
        const called = new Promise<void>(resolve => {
          end = fixture.router.watch?.(fixture.target, resolve)
        })
        await change()
        await within('the watch', called)
        end?.()
      }
      assertEqual('calls of a watch that was ended', callsAfterEnd, 0)
    },
    lacking: async ({ router }) =>
      assert(router.watch === undefined, 'a `watch` in a router that is said to have none', 'no `watch`'),
  },
  'router/abort-before': {
    title: 'A write whose signal is already aborted rejects, unwritten.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(20)
      const before = await look({ expected: [20], live: true })
      for (const [method, call] of Object.entries(writes(fixture.router, fixture.target, fixture.version))) {
        await within(method, rejection(`the aborted ${method}`, call(aborted())))
      }
      assertEqual('the traffic', await look({ expected: [20], live: true }), before)
    },
  },
  'router/abort-during': {
    title: 'A write that gets no answer rejects as soon as its signal is aborted.',
    prove: async (fixture, within) => {
      await session(fixture, within).shift(20)
      given(fixture.hang, 'hang')
      await fixture.hang?.()
      for (const [method, call] of Object.entries(writes(fixture.router, fixture.target, fixture.version))) {
        await assertEndsOnAbort(method, call, within)
      }
    },
  },
  'router/absent-is-not-written': {
    title: 'Preparing, shifting or promoting an absent target rejects with TRAFFIC_MISSING.',
    prove: async ({ router, absent, version }, within) => {
      const { prepare, shift, promote } = writes(router, absent, version)
      for (const [method, call] of Object.entries({ prepare, shift, promote })) {
        const error = await within(method, rejection(method, call(lasting()), 'TRAFFIC_MISSING'))
        assertCoded(method, error, ['TRAFFIC_MISSING'])
      }
    },
  },
  'router/refusal-is-told': {
    title: 'A write that is refused rejects with TRAFFIC_REFUSED, and the traffic is as it was.',
    prove: async (fixture, within) => {
      const { shift, look } = session(fixture, within)
      await shift(20)
      const before = await look({ expected: [20] })
      given(fixture.refuse, 'refuse')
      await fixture.refuse?.()
      for (const [method, call] of Object.entries(writes(fixture.router, fixture.target, fixture.version))) {
        const error = await within(method, rejection(method, call(lasting()), 'TRAFFIC_REFUSED'))
        assertCoded(method, error, ['TRAFFIC_REFUSED'])
      }
      assertEqual('the traffic', await look({ expected: [20] }), before)
    },
  },
  'router/errors-keep-secrets': {
    title: 'No error carries a secret, in its message, stack, causes or any property.',
    prove: async (fixture, within) => {
      const secrets = given(fixture.secrets, 'secrets')
      await session(fixture, within).shift(20)
      given(fixture.refuse, 'refuse')
      await fixture.refuse?.()
      const calls = {
        ...writes(fixture.router, fixture.target, fixture.version),
        'shift of an absent target': writes(fixture.router, fixture.absent, fixture.version).shift,
      }
      for (const [what, call] of Object.entries(calls)) {
        const error = await within(what, rejection(what, call(lasting())))
        assertCoded(what, error, codesOf('TRAFFIC_'))
        const place = leakIn(error, secrets)
        assert(place === undefined, `a secret in ${place} of ${what}`, 'errors without secrets')
      }
    },
  },
} as const satisfies Rules<RouterFixture>
