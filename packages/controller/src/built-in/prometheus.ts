import type { MetricProvider } from '@birdwatch/core'
import { createPrometheusProvider, type PrometheusOptions } from '@birdwatch/provider-prometheus'
import { z } from 'zod'
import type { Plugin } from '../plugins/plugin.js'

/** Deadline and number of queries at once are the instance's, not options; the provider checks the values itself. */
const options = z.strictObject({
  url: z.string(),
  headers: z.record(z.string(), z.string()).optional(),
  bearerToken: z.string().optional(),
  bearerTokenFile: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  passwordFile: z.string().optional(),
  ca: z.string().optional(),
  caFile: z.string().optional(),
  insecureSkipVerify: z.boolean().optional(),
  maxResponseBytes: z.number().optional(),
  lagMs: z.number().optional(),
  acceptPartial: z.boolean().optional(),
})

/** Metrics from Prometheus: the default provider. */
export const prometheus: Plugin<MetricProvider> = {
  options,
  create: (found, { timeoutMs, concurrency }) =>
    createPrometheusProvider({ ...(found as unknown as PrometheusOptions), timeoutMs, concurrency }),
}
