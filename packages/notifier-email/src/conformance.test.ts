import { notifierSuite } from '@birdwatch/testing'
import { test } from 'vitest'
import { login } from '../test/notify.js'
import { startMailServer } from '../test/smtp.js'
import { createEmailNotifier } from './notifier.js'

const { user, pass } = login

notifierSuite({
  test,
  patienceMs: 15_000,
  create: async () => {
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
  },
})
