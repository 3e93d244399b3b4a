import { BirdWatchError, type MetricProvider } from '@birdwatch/core'
import { open } from './envelope.js'
import { type PrometheusOptions, settle } from './options.js'
import { sampleOf } from './sample.js'
import { createTransport } from './transport.js'

/**
 * Asks a Prometheus by instant queries. Throws a `TypeError` that names the option which is wrong; the queries reject
 * with the `METRIC_` errors of the catalogue, none of which carries a credential.
 */
export function createPrometheusProvider(options: PrometheusOptions): MetricProvider {
  const settings = settle(options)
  const { place, timeoutMs } = settings
  const { lagMs, acceptPartial = false } = options
  const post = createTransport(settings)

  const ask = async (form: { query: string; time?: string }, signal: AbortSignal) => {
    // Told to the server as well, so that it does not go on computing what nobody waits for.
    const answer = await post({ ...form, timeout: `${timeoutMs}ms` }, signal)
    return sampleOf(open(place, answer, acceptPartial))
  }

  return {
    contract: 1,
    ...(lagMs === undefined ? {} : { lagMs }),
    query: (expression, { at, signal }) => ask({ query: expression, time: (at / 1000).toFixed(3) }, signal),
    check: async signal => {
      const { value } = await ask({ query: 'vector(1)' }, signal)
      if (value !== 1)
        throw new BirdWatchError('METRIC_BAD_ANSWER', `${place} answers vector(1) with ${value}; it must be 1`)
    },
  }
}
