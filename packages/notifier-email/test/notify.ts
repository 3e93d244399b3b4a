import { onTestFinished } from 'vitest'
import { createEmailNotifier } from '../src/notifier.js'
import type { EmailOptions } from '../src/options.js'
import { type MailServer, type MailServerOptions, startMailServer } from './smtp.js'

export const login = { user: 'birdwatch', pass: 'private-s3cret' }

/** A notifier that knows the login and the certificate of a server; it ends with the test. */
export function notifierFor(
  { host, port, ca }: Pick<MailServer, 'host' | 'port'> & { ca?: string },
  options: Partial<EmailOptions> = {},
) {
  const notifier = createEmailNotifier({
    host,
    port,
    user: login.user,
    password: login.pass,
    from: 'BirdWatch <birdwatch@example.com>',
    to: ['team@example.com'],
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...options,
  })
  onTestFinished(() => notifier.close())
  return notifier
}

/** A notifier in front of a mail server of its own. */
export async function provide(options: Partial<EmailOptions> = {}, serverOptions: MailServerOptions = {}) {
  const server = await startMailServer({ login, ...serverOptions })
  onTestFinished(() => server.close())
  return { server, notifier: notifierFor(server, options) }
}
