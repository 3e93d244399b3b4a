import type { MetricFixture } from '@birdwatch/testing'
import { createDatadogProvider } from '../src/provider.js'
import {
  apiKey,
  appKey,
  byQuery,
  refusal,
  series,
  silence,
  startDatadog,
  steady,
  success,
  truncated,
} from './datadog.js'

/** The first query loads the client, which takes its time on a busy machine. */
export const patienceMs = 15_000

/** The provider in front of a server that answers every expression of the suite as Datadog does. */
export async function createFixture(): Promise<MetricFixture> {
  const datadog = await startDatadog(
    byQuery({
      'avg:system.cpu.user{*}': success([]),
      'sum:half{*}': steady(0.5),
      'sum:zero{*}': steady(0),
      'sum:large{*}': steady(1e9),
      'sum:absent{*}': success([]),
      'moment()': (response, asked) => steady(Number(asked.query.to))(response, asked),
      'sum:silence{*}': silence,
      'sum:broken{*}': refusal(500, `the key ${apiKey} was no help, nor was ${appKey}`),
      'sum:several{*} by {host}': success([series([], 'host:a'), series([], 'host:b')]),
      'table()': success([], { res_type: 'scalar' }),
      'sum:truncated{*}': truncated,
    }),
  )
  return {
    provider: createDatadogProvider({ baseUrl: datadog.url, apiKey, appKey, aggregation: 'last' }),
    numbers: { 'sum:half{*}': 0.5, 'sum:zero{*}': 0, 'sum:large{*}': 1e9 },
    noData: 'sum:absent{*}',
    moment: 'moment()',
    hangs: 'sum:silence{*}',
    refused: 'sum:(',
    fails: 'sum:broken{*}',
    several: 'sum:several{*} by {host}',
    notANumber: 'table()',
    garbled: 'sum:truncated{*}',
    unreachable: createDatadogProvider({ baseUrl: 'http://127.0.0.1:1', apiKey, appKey }),
    secrets: [apiKey, appKey],
    close: () => datadog.close(),
  }
}
