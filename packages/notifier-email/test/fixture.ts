import type { NotifierFixture } from '@birdwatch/testing'
import { createEmailNotifier } from '../src/notifier.js'
import { login } from './notify.js'
import { startMailServer } from './smtp.js'

const { user, pass } = login

/** A handshake takes its time on a busy machine. */
export const patienceMs = 15_000

/** The notifier in front of a mail server that can be told to misbehave. */
export async function createFixture(): Promise<NotifierFixture> {
  const server = await startMailServer({ login })
  const notifier = createEmailNotifier({
    host: server.host,
    port: server.port,
    user,
    password: pass,
    from: 'birdwatch@example.com',
    to: ['team@example.com'],
    tls: { ca: server.ca },
    progress: true,
  })
  return {
    notifier,
    shown: () => server.messages.map(({ email }) => `${email.subject}\n${email.text}`),
    hang: () => server.misbehave({ connect: 'silence' }),
    refuse: () => server.misbehave({ mail: { code: 550, text: `5.7.1 ${pass} is blocked` } }),
    fail: () => server.misbehave({ mail: { code: 451, text: `4.3.0 ${pass} was no help` } }),
    secrets: [pass],
    close: async () => {
      notifier.close()
      await server.close()
    },
  }
}
