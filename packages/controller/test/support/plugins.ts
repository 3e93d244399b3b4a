import type { Logger, MetricProvider } from '@birdwatch/core'
import type { Instance } from '../../src/config/schema.js'

/** A configured instance of which only the name matters. */
export const instance = (name: string, changes: Partial<Instance> = {}): Instance => ({
  name,
  type: name,
  options: {},
  timeoutSeconds: 10,
  concurrency: 2,
  ...changes,
})

export const provider = (query: MetricProvider['query'] = async () => ({ value: 1 })): MetricProvider => ({
  contract: 1,
  query,
})

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A signal that is never aborted. */
export const signal = (): AbortSignal => new AbortController().signal
