import { BirdWatchError, type MetricProvider } from '@birdwatch/core'
import { createCall } from './client.js'
import { type DatadogOptions, settle } from './options.js'
import { sampleOf } from './sample.js'

/** Known to every organization, and answered without data where it is not: it shows whether the keys may query. */
const anyQuery = 'avg:system.cpu.user{*}'

/**
 * Asks Datadog for the points of a window and makes one number of them. Throws a `TypeError` that names the option which
 * is wrong; the queries reject with the `METRIC_` errors of the catalogue, none of which carries a key.
 */
export function createDatadogProvider(options: DatadogOptions = {}): MetricProvider {
  const settings = settle(options)
  const { place, windowSeconds, aggregation, lagMs } = settings
  const call = createCall(settings)

  const ask = async (query: string, at: number, from: number | undefined, signal: AbortSignal) => {
    const to = Math.floor(at / 1000)
    const window = { query, from: to - windowSeconds, to }
    return sampleOf(await call(signal, ({ metrics }) => metrics.queryMetrics(window)), { aggregation, from })
  }

  return {
    contract: 1,
    lagMs,
    query: (expression, { at, from, signal }) => ask(expression, at, from, signal),
    check: async signal => {
      const { valid } = await call(signal, ({ authentication }) => authentication.validate())
      if (valid !== true) {
        const message = `${place} does not know the API key; check \`apiKey\`, and that its organization is at this \`site\``
        throw new BirdWatchError('METRIC_UNAUTHORIZED', message)
      }
      // That endpoint looks at the API key only; the application key is proven by a query.
      await ask(anyQuery, Date.now(), undefined, signal)
    },
  }
}
