import { definePlugin } from '@birdwatch/core'
import { createPrometheusProvider } from '@birdwatch/provider-prometheus'
import { z } from 'zod'

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
export const prometheus = definePlugin({
  kind: 'metric-provider',
  name: 'prometheus',
  apiVersion: 1,
  options,
  create: (found, { http: { timeoutMs, concurrency } }) =>
    createPrometheusProvider({ ...found, timeoutMs, concurrency }),
})
