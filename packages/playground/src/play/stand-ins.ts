import type { PrometheusChoice } from './playground.js'

/** What is not the real thing, in words. */
export const standIns = (prometheus: PrometheusChoice): string =>
  prometheus === 'stand-in' ? 'the Kubernetes API, Istio and Prometheus' : 'the Kubernetes API and Istio'
