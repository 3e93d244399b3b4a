import type { MetricFixture } from '@birdwatch/testing'
import { createPrometheusProvider } from '../src/provider.js'
import { byQuery, failure, silence, startServer, success, vector } from './server.js'

const bearerToken = 'conformance-s3cret'

/** The provider in front of a server that answers every expression of the suite as Prometheus does. */
export async function createFixture(): Promise<MetricFixture> {
  const server = await startServer(
    byQuery({
      half: vector('0.5'),
      zero: vector('0'),
      large: success('scalar', [1767323045, '1e+09']),
      absent: vector(),
      'time()': (response, asked) => success('scalar', [Number(asked.form.time), asked.form.time])(response, asked),
      'vector(1)': vector('1'),
      silence,
      'sum(': failure(400, 'bad_data', 'parse error: unclosed left parenthesis'),
      broken: failure(500, 'internal', `the token ${bearerToken} was no help`),
      several: vector('1', '2'),
      'up[5m]': success('matrix', []),
      half_json: response => response.end('{"status":"succ'),
    }),
  )
  return {
    provider: createPrometheusProvider({ url: server.url, bearerToken }),
    numbers: { half: 0.5, zero: 0, large: 1e9 },
    noData: 'absent',
    moment: 'time()',
    hangs: 'silence',
    refused: 'sum(',
    fails: 'broken',
    several: 'several',
    notANumber: 'up[5m]',
    garbled: 'half_json',
    unreachable: createPrometheusProvider({ url: 'http://127.0.0.1:1', bearerToken }),
    secrets: [bearerToken],
    close: () => server.close(),
  }
}
