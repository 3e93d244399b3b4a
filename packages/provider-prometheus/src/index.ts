export type { PrometheusOptions } from './options.js'
export { createPrometheusProvider } from './provider.js'
export { longestRangeMs } from './range.js'
