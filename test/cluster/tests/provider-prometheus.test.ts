import { createPrometheusProvider } from '@birdwatch/provider-prometheus'
import { metricProviderSuite } from '@birdwatch/testing'
import { inject } from 'vitest'
import { Environment, test } from '../src/index.js'
import { startFront } from './support/faulty-front.js'

const bearerToken = 'prometheus-s3cret'

/** A real Prometheus decides what a number, no data and a bad query look like. */
metricProviderSuite({
  // Naming the environment makes the test one that is skipped where there can be none.
  test: (title, body) => test(title, ({ environment: _ }) => body()),
  create: async () => {
    const environment = Environment.attach(inject('environment'))
    const front = await startFront(environment.prometheus.url)
    return {
      provider: createPrometheusProvider({ url: front.url, bearerToken }),
      numbers: { 'vector(0.5)': 0.5, 'vector(0)': 0, '2': 2 },
      noData: 'absent_metric_name',
      moment: 'time()',
      hangs: 'silence',
      refused: 'sum(',
      fails: 'broken',
      several: 'label_replace(vector(1), "a", "b", "", "") or vector(2)',
      notANumber: '"text"',
      garbled: 'half',
      unreachable: createPrometheusProvider({ url: 'http://127.0.0.1:1', bearerToken }),
      secrets: [bearerToken],
      async close() {
        environment.api.close()
        await front.close()
      },
    }
  },
})
