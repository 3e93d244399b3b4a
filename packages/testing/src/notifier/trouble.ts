import { aborted, assertEndsOnAbort, lasting } from '../conform/aborts.js'
import { assert, assertCoded, codesOf, given, rejection } from '../conform/assert.js'
import { leakIn } from '../conform/leaks.js'
import type { Patience } from '../conform/patience.js'
import type { Rules } from '../conform/suite.js'
import { sampleNotice } from '../samples/notice.js'
import type { NotifierFixture } from './fixture.js'

const notice = sampleNotice({ code: 'promoted', version: 'v04', production: 'v03' })

/** The error of a delivery to a peer that misbehaves in one of the ways the fixture knows. */
async function errorAfter(fixture: NotifierFixture, way: 'refuse' | 'fail', within: Patience): Promise<unknown> {
  given(fixture[way], way)
  await fixture[way]?.()
  const delivery = fixture.notifier.notify(notice, { signal: lasting() })
  return within('the delivery', rejection('the delivery', delivery))
}

/** What a notifier promises about aborts and errors. */
export const troubleRules = {
  'notifier/abort-before': {
    title: 'A delivery whose signal is already aborted rejects.',
    prove: async ({ notifier }, within) => {
      const delivery = notifier.notify(notice, { signal: aborted() })
      await within('the aborted delivery', rejection('the aborted delivery', delivery))
    },
  },
  'notifier/abort-during': {
    title: 'A delivery that gets no answer rejects as soon as its signal is aborted.',
    prove: async (fixture, within) => {
      given(fixture.hang, 'hang')
      await fixture.hang?.()
      await assertEndsOnAbort('the delivery', signal => fixture.notifier.notify(notice, { signal }), within)
    },
  },
  'notifier/refused': {
    title: 'A refusal rejects with NOTIFIER_REFUSED, or NOTIFIER_UNAUTHORIZED: it is never swallowed.',
    prove: async (fixture, within) => {
      const error = await errorAfter(fixture, 'refuse', within)
      assertCoded('the delivery', error, ['NOTIFIER_REFUSED', 'NOTIFIER_UNAUTHORIZED'])
    },
  },
  'notifier/server-error': {
    title: 'A server error rejects with NOTIFIER_UNREACHABLE, for the host to try again.',
    prove: async (fixture, within) => {
      assertCoded('the delivery', await errorAfter(fixture, 'fail', within), ['NOTIFIER_UNREACHABLE'])
    },
  },
  'notifier/errors-keep-secrets': {
    title: 'No error carries a secret, in its message, stack, causes or any property.',
    prove: async (fixture, within) => {
      const secrets = given(fixture.secrets, 'secrets')
      for (const way of ['refuse', 'fail'] as const) {
        const error = await errorAfter(fixture, way, within)
        assertCoded('the delivery', error, codesOf('NOTIFIER_'))
        const place = leakIn(error, secrets)
        assert(place === undefined, `a secret in ${place}`, 'errors without secrets')
      }
    },
  },
} as const satisfies Rules<NotifierFixture>
