export type { Aggregation, DatadogOptions } from './options.js'
export { createDatadogProvider } from './provider.js'
