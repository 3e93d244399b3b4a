import { aborted, assertEndsOnAbort, lasting } from '../conform/aborts.js'
import { assertEqual, rejection } from '../conform/assert.js'
import type { Rules } from '../conform/suite.js'
import { type MetricFixture, someTime } from './fixture.js'

/** What a provider promises about the signal, by which the host enforces its deadlines. */
export const abortRules = {
  'metric/abort-before': {
    title: 'A query whose signal is already aborted rejects.',
    prove: async ({ provider, numbers }, within) => {
      for (const expression of Object.keys(numbers)) {
        const query = provider.query(expression, { at: someTime, signal: aborted() })
        await within('the aborted query', rejection('the aborted query', query))
      }
    },
  },
  'metric/abort-during': {
    title: 'A query that gets no answer rejects as soon as its signal is aborted.',
    prove: async ({ provider, hangs }, within) =>
      assertEndsOnAbort('the query', signal => provider.query(hangs, { at: someTime, signal }), within),
  },
  'metric/abort-spares-others': {
    title: 'Aborting one query leaves the others, and those that follow, unharmed.',
    prove: async ({ provider, numbers, hangs }, within) => {
      const controller = new AbortController()
      const query = (expression: string, signal = lasting()) => provider.query(expression, { at: someTime, signal })
      const doomed = rejection('the aborted query', query(hangs, controller.signal))
      const beside = Object.keys(numbers).map(expression => query(expression))
      controller.abort()
      await within('the aborted query', doomed)
      const after = Object.keys(numbers).map(expression => query(expression))
      const samples = await within('the other queries', Promise.all([...beside, ...after]))
      const values = Object.values(numbers)
      assertEqual(
        'the others resolve to',
        samples.map(sample => sample.value),
        [...values, ...values],
      )
    },
  },
} as const satisfies Rules<MetricFixture>
