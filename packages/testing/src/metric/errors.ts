import type { ErrorCode } from '@birdwatch/core'
import { lasting } from '../conform/aborts.js'
import { assert, assertCoded, codesOf, given, rejection } from '../conform/assert.js'
import { leakIn } from '../conform/leaks.js'
import type { Patience } from '../conform/patience.js'
import type { Rule, Rules } from '../conform/suite.js'
import { type MetricFixture, someTime } from './fixture.js'

/** The errors of everything that the fixture can make fail. */
async function errorsOf(fixture: MetricFixture, within: Patience): Promise<{ what: string; error: unknown }[]> {
  const { provider, unreachable, refused, fails, several, notANumber, garbled } = fixture
  const expressions = [refused, fails, several, notANumber, garbled].filter(e => e !== undefined)
  const options = { at: someTime, signal: lasting() }
  const calls = expressions.map(expression => ({ what: expression, call: provider.query(expression, options) }))
  if (unreachable) calls.push({ what: 'a query to nobody', call: unreachable.query(refused, options) })
  return Promise.all(calls.map(async ({ what, call }) => ({ what, error: await within(what, rejection(what, call)) })))
}

/** A rule that one expression of the fixture is rejected with one code. */
const rejectsWith = (
  title: string,
  name: 'refused' | 'fails' | 'several' | 'notANumber' | 'garbled',
  code: ErrorCode,
): Rule<MetricFixture> => ({
  title,
  prove: async (fixture, within) => {
    const expression = given(fixture[name], name)
    const query = fixture.provider.query(expression, { at: someTime, signal: lasting() })
    assertCoded(expression, await within(expression, rejection(expression, query, code)), [code])
  },
})

/** What a provider promises about its errors. */
export const errorRules = {
  'metric/refused-query': rejectsWith(
    'A query that the peer refuses as wrong rejects with METRIC_QUERY_REFUSED.',
    'refused',
    'METRIC_QUERY_REFUSED',
  ),
  'metric/server-error': rejectsWith(
    'A server error of the peer rejects with METRIC_UNREACHABLE.',
    'fails',
    'METRIC_UNREACHABLE',
  ),
  'metric/several-series': rejectsWith(
    'A query with several series rejects with METRIC_SEVERAL_SERIES, rather than to choose one.',
    'several',
    'METRIC_SEVERAL_SERIES',
  ),
  'metric/not-a-number': rejectsWith(
    'A result that is not one number rejects with METRIC_NOT_A_NUMBER.',
    'notANumber',
    'METRIC_NOT_A_NUMBER',
  ),
  'metric/bad-answer': rejectsWith(
    'An answer that can not be understood rejects with METRIC_BAD_ANSWER: it is not the absence of data.',
    'garbled',
    'METRIC_BAD_ANSWER',
  ),
  'metric/unreachable': {
    title: 'Where nobody listens, queries reject with METRIC_UNREACHABLE, and the check does too.',
    prove: async (fixture, within) => {
      const provider = given(fixture.unreachable, 'unreachable')
      const query = provider.query(fixture.noData, { at: someTime, signal: lasting() })
      assertCoded('the query', await within('the query', rejection('the query', query)), ['METRIC_UNREACHABLE'])
      if (provider.check === undefined) return
      const check = provider.check(lasting())
      assertCoded('the check', await within('the check', rejection('the check', check)), ['METRIC_UNREACHABLE'])
    },
  },
  'metric/errors-are-coded': {
    title: 'Every error carries a code of the catalogue, and agrees with it on whether trying again can help.',
    prove: async (fixture, within) => {
      for (const { what, error } of await errorsOf(fixture, within)) assertCoded(what, error, codesOf('METRIC_'))
    },
  },
  'metric/errors-keep-secrets': {
    title: 'No error carries a secret, in its message, stack, causes or any property.',
    prove: async (fixture, within) => {
      const secrets = given(fixture.secrets, 'secrets')
      for (const { what, error } of await errorsOf(fixture, within)) {
        const place = leakIn(error, secrets)
        assert(place === undefined, `a secret in ${place} of ${what}`, 'errors without secrets')
      }
    },
  },
} as const satisfies Rules<MetricFixture>
