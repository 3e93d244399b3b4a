import { definePlugin } from '@birdwatch/core'
import { z } from 'zod'

/** Deadline and number of connections are the instance's, not options; the notifier checks the values itself. */
const options = z.strictObject({
  host: z.string(),
  port: z.number().optional(),
  secure: z.boolean().optional(),
  requireTLS: z.boolean().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  passwordFile: z.string().optional(),
  from: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()).optional(),
  tls: z
    .strictObject({ ca: z.string().optional(), caFile: z.string().optional(), servername: z.string().optional() })
    .optional(),
  progress: z.boolean().optional(),
})

/** Notices by mail, loaded only where it is configured. */
export const email = definePlugin({
  kind: 'notifier',
  name: 'email',
  apiVersion: 1,
  options,
  async create(found, { http: { timeoutMs, concurrency }, signal, logger }) {
    const { createEmailNotifier } = await import('@birdwatch/notifier-email')
    const notifier = createEmailNotifier({ ...found, timeoutMs, pool: Math.min(concurrency, 20), logger })
    signal.addEventListener('abort', () => notifier.close(), { once: true })
    return notifier
  },
})
