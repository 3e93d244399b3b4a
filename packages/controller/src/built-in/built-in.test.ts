import { type Notice, type Notifier, type PluginKind, systemClock } from '@birdwatch/core'
import { sampleNotice } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { startMailServer } from '../../../notifier-email/test/smtp.js'
import { instance, signal, silent } from '../../test/support/plugins.js'
import { PluginInstance } from '../plugins/instance.js'
import type { BuiltIn } from '../plugins/load.js'
import { datadog } from './datadog.js'
import { email } from './email.js'
import { prometheus } from './prometheus.js'
import { commandHint, slack } from './slack.js'

const builtIn = { datadog, email, prometheus, slack }
const good: Record<string, Record<string, unknown>> = {
  datadog: { apiKey: 'a', appKey: 'b', site: 'datadoghq.eu', aggregation: 'max' },
  email: { host: 'smtp.example.org', from: 'birdwatch@example.org', to: ['team@example.org'] },
  prometheus: { url: 'http://prometheus:9090', headers: { 'X-Scope-OrgID': 'shop' } },
  slack: { token: 'xoxb-1', channel: '#rollouts' },
}
async function make(type: string, options: Record<string, unknown>, logger = silent) {
  const { kind } = builtIn[type as keyof typeof builtIn]
  const made = new PluginInstance<PluginKind>(
    instance('a', { type, options }),
    ['plugins', 0],
    { kind, builtIn: builtIn as BuiltIn<PluginKind> },
    { secrets: { env: {} }, logger, clock: systemClock, signal: signal(), stray: () => {} },
  )
  await made.make()
  return made.port
}

describe.each(Object.keys(good))('The plugin %s', type => {
  it('is made from its options', async () => {
    expect(await make(type, good[type] ?? {})).toMatchObject({ contract: 1 })
  })

  it('refuses an option that it does not know, by its place', async () => {
    await expect(make(type, { ...good[type], timeoutMs: 5 })).rejects.toThrow(
      'plugins[0].options: Unrecognized key: "timeoutMs"',
    )
  })

  it('refuses an option of the wrong type, by its place', async () => {
    const [first = ''] = Object.keys(good[type] ?? {})
    await expect(make(type, { ...good[type], [first]: 5 })).rejects.toThrow(`plugins[0].options.${first}: `)
  })
})

it('Mail says in the log, in the name of its instance, whom the server refused', async () => {
  const server = await startMailServer()
  onTestFinished(() => server.close())
  server.misbehave({
    rcpt: address => (address.startsWith('gone') ? { code: 550, text: '5.1.1 no such user' } : undefined),
  })
  const { host, port, ca } = server
  const warn = vi.fn()
  const options = { host, port, tls: { ca }, from: 'a@example.org', to: ['team@example.org', 'gone@example.org'] }
  const notifier = (await make('email', options, { ...silent, warn })) as Notifier

  await notifier.notify(sampleNotice({ code: 'promoted', version: 'v04' }), { signal: signal() })

  expect(server.messages).toHaveLength(1)
  expect(warn).toHaveBeenCalledWith(
    'the mail server refused some recipients',
    expect.objectContaining({
      plugin: 'a',
      refused: [{ recipient: 'gone@example.org', answer: '550 5.1.1 no such user' }],
    }),
  )
})

it('Slack shows how a command is given to this controller', () => {
  const notice = { snapshot: { name: 'shop/aleph' } } as Notice
  expect(commandHint('promote', notice)).toBe('kubectl annotate birdwatch -n shop aleph otomato.link/command=promote')
})
