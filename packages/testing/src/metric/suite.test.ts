import { BirdWatchError, type MetricProvider, type QueryOptions, type Sample } from '@birdwatch/core'
import { metricFixture } from '../../test/fixtures.js'
import { everyMutantIsCaught, type Mutation } from '../../test/mutants.js'
import type { MetricFixture } from './fixture.js'
import { metricProviderSuite } from './suite.js'

type Query = MetricProvider['query']

/** Replaces how queries are answered. */
const answering =
  (query: (asked: { expression: string; options: QueryOptions }, honest: Query) => Promise<Sample>) =>
  (fixture: MetricFixture): MetricFixture => {
    const honest = fixture.provider.query
    const provider: MetricProvider = {
      contract: 1,
      query: (expression, options) => query({ expression, options }, honest),
    }
    return { ...fixture, provider }
  }

/** Replaces the value that is found. */
const finding = (change: (value: number | null) => number | null): Mutation<MetricFixture> =>
  answering(async ({ expression, options }, honest) => ({ value: change((await honest(expression, options)).value) }))

/** Replaces the error that is thrown. */
const throwing = (change: (error: BirdWatchError) => unknown): Mutation<MetricFixture> =>
  answering(({ expression, options }, honest) =>
    honest(expression, options).catch((error: BirdWatchError) => {
      throw change(error)
    }),
  )

const swallowing = answering(({ expression, options }, honest) =>
  honest(expression, options).catch(() => ({ value: null })),
)

/** Hands the provider a signal that never aborts. */
const deaf = answering(({ expression, options }, honest) =>
  honest(expression, { ...options, signal: new AbortController().signal }),
)

const without =
  (part: keyof MetricFixture): Mutation<MetricFixture> =>
  ({ [part]: _, ...rest }) =>
    rest as MetricFixture

const provider =
  (change: Partial<MetricProvider> | object): Mutation<MetricFixture> =>
  fixture => ({ ...fixture, provider: { ...fixture.provider, ...change } as MetricProvider })

const wrap = (error: Error, members: object) => Object.assign(error, members)

everyMutantIsCaught(metricProviderSuite, metricFixture, {
  'metric/contract-is-1': { 'another version of the contract': provider({ contract: 2 }) },
  'metric/lag-is-a-duration': {
    'a negative lag': provider({ lagMs: -1 }),
    'a lag that is no number': provider({ lagMs: Number.NaN }),
  },
  'metric/number': {
    'a value that is off': finding(value => value && value + 1),
    'zero told as no data': finding(value => value || null),
    'a number told as text': finding(value => String(value) as never),
    'a fixture with too few numbers': fixture => ({ ...fixture, numbers: { half: 0.5 } }),
  },
  'metric/no-data-is-null': {
    'no data told as zero': finding(value => value ?? 0),
    'no data told as NaN': finding(value => value ?? Number.NaN),
    'no data told as an error': answering(async () => {
      throw new BirdWatchError('METRIC_NOT_A_NUMBER', 'there is nothing')
    }),
  },
  'metric/sample-time': {
    'a time in seconds': answering(async (_, __) => ({ value: 1, at: 1_767_323_045 })),
    'a time after the moment asked for': answering(async ({ options }) => ({ value: 1, at: options.at + 60_000 })),
  },
  'metric/asks-for-the-moment': {
    'a query about the present': answering(({ expression, options }, honest) =>
      honest(expression, { ...options, at: Date.now() }),
    ),
    'a fixture without the part it needs': without('moment'),
  },
  'metric/concurrent-queries-do-not-mix': {
    'one answer shared by all queries under way': fixture => {
      let shared: Promise<Sample> | undefined
      return answering(({ expression, options }, honest) => (shared ??= honest(expression, options)))(fixture)
    },
  },
  'metric/check-resolves': {
    'a check that always fails': provider({ check: () => Promise.reject(new Error('no')) }),
    'a check that never ends': provider({ check: () => new Promise(() => {}) }),
  },
  'metric/abort-before': { 'a query that does not look at the signal': deaf },
  'metric/abort-during': { 'a query that does not listen to the signal': deaf },
  'metric/abort-spares-others': {
    'an abort that ends everything': fixture => {
      const all = new AbortController()
      return answering(({ expression, options }, honest) => {
        options.signal.addEventListener('abort', () => all.abort())
        return honest(expression, { ...options, signal: all.signal })
      })(fixture)
    },
    'a query that ignores the abort': deaf,
  },
  'metric/refused-query': {
    'a refusal told as an outage': throwing(() => new BirdWatchError('METRIC_UNREACHABLE', 'try again')),
    'a refusal told as no data': swallowing,
  },
  'metric/server-error': {
    'a server error told as a bad query': throwing(() => new BirdWatchError('METRIC_QUERY_REFUSED', 'bad query')),
    'a server error told as no data': swallowing,
  },
  'metric/several-series': {
    'the first series taken for all': answering(async () => ({ value: 1 })),
    'a fixture without the part it needs': without('several'),
  },
  'metric/not-a-number': {
    'a range told as no data': swallowing,
    'a fixture without the part it needs': without('notANumber'),
  },
  'metric/bad-answer': {
    'half an answer told as no data': swallowing,
    'a fixture without the part it needs': without('garbled'),
  },
  'metric/unreachable': {
    'an outage told as no data': fixture => ({ ...fixture, unreachable: fixture.provider, noData: 'zero' }),
    'a check that says nothing of an outage': fixture => {
      const unreachable = { ...fixture.provider, query: fixture.unreachable?.query as Query, check: async () => {} }
      return { ...fixture, unreachable }
    },
    'a fixture without the part it needs': without('unreachable'),
  },
  'metric/errors-are-coded': {
    'an error without a code': throwing(() => new Error('something went wrong')),
    'a code of another kind': throwing(() => new BirdWatchError('TRAFFIC_STALE', 'what?')),
    'an error that contradicts the catalogue': throwing(error => wrap(error, { retryable: !error.retryable })),
    'an error without a message': throwing(({ code }) => new BirdWatchError(code, ' ')),
    'a rejection with nothing': throwing(() => undefined),
  },
  'metric/errors-keep-secrets': {
    'a secret in the message': throwing(({ code }) => new BirdWatchError(code, 'token hush hush was refused')),
    'a secret in the cause': throwing(({ code }) => new BirdWatchError(code, 'no', { cause: new Error('hush hush') })),
    'a secret in a header of a client error': throwing(error =>
      wrap(error, { config: { headers: { Authorization: 'Bearer hush hush' } } }),
    ),
    'a secret in another encoding': throwing(error =>
      wrap(error, { url: `/query?token=${encodeURIComponent('hush hush')}` }),
    ),
    'a fixture without the part it needs': without('secrets'),
  },
})
