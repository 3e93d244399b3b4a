import type { Notifier } from '@birdwatch/core'
import type { EmailOptions } from '@birdwatch/notifier-email'
import { z } from 'zod'
import type { Plugin } from '../plugins/plugin.js'

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
export const email: Plugin<Notifier> = {
  options,
  async create(found, { timeoutMs, concurrency }) {
    const { createEmailNotifier } = await import('@birdwatch/notifier-email')
    return createEmailNotifier({ ...(found as unknown as EmailOptions), timeoutMs, pool: Math.min(concurrency, 20) })
  },
}
