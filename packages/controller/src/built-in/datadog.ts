import { definePlugin } from '@birdwatch/core'
import { z } from 'zod'

/** The deadline is the instance's, not an option; the provider checks the values itself. */
const options = z.strictObject({
  site: z.string().optional(),
  baseUrl: z.string().optional(),
  apiKey: z.string().optional(),
  apiKeyFile: z.string().optional(),
  appKey: z.string().optional(),
  appKeyFile: z.string().optional(),
  windowSeconds: z.number().optional(),
  aggregation: z.enum(['avg', 'last', 'max', 'min', 'sum']).optional(),
  lagMs: z.number().optional(),
  maxResponseBytes: z.number().optional(),
})

/** Metrics from Datadog; its client is large, and loaded only where it is configured. */
export const datadog = definePlugin({
  kind: 'metric-provider',
  name: 'datadog',
  apiVersion: 1,
  options,
  async create(found, { http: { timeoutMs } }) {
    const { createDatadogProvider } = await import('@birdwatch/provider-datadog')
    return createDatadogProvider({ ...found, timeoutMs })
  },
})
