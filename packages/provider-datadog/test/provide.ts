import { onTestFinished } from 'vitest'
import type { DatadogOptions } from '../src/options.js'
import { createDatadogProvider } from '../src/provider.js'
import { apiKey, appKey, type Behaviour, type DatadogServerOptions, startDatadog } from './datadog.js'

/** The moment that queries ask for, epoch milliseconds. */
export const at = 1_767_323_045_678

/** A provider in front of a Datadog of its own, which ends with the test. */
export async function provide(
  behaviour: Behaviour,
  options: Partial<DatadogOptions> = {},
  serverOptions: DatadogServerOptions = {},
) {
  const datadog = await startDatadog(behaviour, serverOptions)
  onTestFinished(() => datadog.close())
  const given = { baseUrl: datadog.url, apiKey, appKey, ...options }
  const provider = createDatadogProvider(given)
  const { signal } = new AbortController()
  const ask = (from?: number) =>
    provider.query('sum:errors{*}', { at, signal, ...(from === undefined ? {} : { from }) })
  return { datadog, provider, ask, given }
}
