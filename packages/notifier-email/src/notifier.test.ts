import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Json, type Notice, render } from '@birdwatch/core'
import { sampleNotice } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { login, notifierFor, provide } from '../test/notify.js'
import { decodePng } from '../test/png.js'
import { createEmailNotifier } from './notifier.js'

const { signal } = new AbortController()
const started = sampleNotice({ code: 'started', version: 'v04', production: 'v03' }, { seq: 1 })
const raised = sampleNotice({ code: 'raised', from: 0, to: 20, limit: 100, metrics: [] }, { seq: 2 })
const blocked = sampleNotice(
  { code: 'rollback_blocked', cause: 'TRAFFIC_REFUSED', detail: 'forbidden', weight: 20 },
  { seq: 3 },
)
const rolledBack = sampleNotice(
  { code: 'rolled_back', version: 'v04', production: 'v03', because: 'errors was 0.8.' },
  { seq: 4, facts: { phase: 'RolledBack', weight: 0 } },
)

/** Delivers notices one after the other, each with the handle that the one before returned. */
async function tell(
  notifier: ReturnType<typeof notifierFor>,
  ...notices: readonly Notice[]
): Promise<Json | undefined> {
  let handle: Json | undefined
  for (const notice of notices) {
    handle = (await notifier.notify(notice, { signal, ...(handle === undefined ? {} : { handle }) }))?.handle ?? handle
  }
  return handle
}

describe('A message', () => {
  it('goes to every recipient from the sender, encrypted and after the login.', async () => {
    const { server, notifier } = await provide({
      to: ['team@example.com', 'On Call <oncall@example.com>'],
      cc: ['boss@example.com'],
    })

    await tell(notifier, started)

    expect(server.messages).toMatchObject([
      {
        from: 'birdwatch@example.com',
        to: ['team@example.com', 'oncall@example.com', 'boss@example.com'],
        secure: true,
        user: login.user,
        email: {
          from: { name: 'BirdWatch', address: 'birdwatch@example.com' },
          to: [{ address: 'team@example.com' }, { name: 'On Call', address: 'oncall@example.com' }],
          cc: [{ address: 'boss@example.com' }],
        },
      },
    ])
  })

  it('says what happened as text and as HTML, at the time of the notice.', async () => {
    const { server, notifier } = await provide()

    await tell(notifier, started)

    const { email } = server.messages[0] ?? {}
    expect(email?.subject).toBe(
      'shop/aleph: The rollout of v04 begins; production (v03) keeps all traffic until the baseline is taken',
    )
    expect(email?.text).toContain(render(started.reason))
    expect(email?.html).toContain('production (v03) keeps all traffic')
    expect(email?.date).toBe('2026-01-02T03:04:05.000Z')
  })

  it('has the picture of the rollout in it, which the HTML shows.', async () => {
    const { server, notifier } = await provide()

    await tell(notifier, started)

    const { attachments = [], html } = server.messages[0]?.email ?? {}
    expect(attachments).toMatchObject([{ mimeType: 'image/png', disposition: 'inline', related: true }])
    expect(html).toContain(`src="cid:${attachments[0]?.contentId?.replaceAll(/[<>]/g, '')}"`)
    expect(decodePng(Buffer.from(attachments[0]?.content as ArrayBuffer))).toMatchObject({ width: 240, height: 48 })
  })

  it('is not answered by machines, and can be filtered.', async () => {
    const { server, notifier } = await provide()

    await tell(notifier, blocked)

    expect(server.messages[0]?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(server.messages[0]?.raw).toMatch(/^X-Birdwatch-Level: alert\r$/im)
    expect(server.messages[0]?.raw).toMatch(/^X-Birdwatch-Reason: rollback_blocked\r$/im)
    expect(server.messages[0]?.raw).toMatch(/^X-Priority: 1/im)
  })

  it('has no header and no recipient that the notice smuggles in.', async () => {
    const { server, notifier } = await provide()
    const evil = 'x\r\nBcc: evil@example.com\r\nRCPT TO:<evil@example.com>\r\n.\r\nQUIT\r\n'
    const facts = { name: evil, service: evil, phase: evil, canaryVersion: evil }
    const notice = sampleNotice({ code: 'objects_gone', detail: evil }, { facts, rolloutId: evil, id: evil })

    await tell(notifier, notice)

    expect(server.messages).toMatchObject([{ to: ['team@example.com'] }])
    expect(server.messages[0]?.email).not.toHaveProperty('bcc')
    expect(server.messages[0]?.raw.split('\r\n\r\n', 1)[0]).not.toMatch(/^(bcc|rcpt|quit|\.)/im)
  })
})

describe('The messages of a rollout', () => {
  it('are one thread.', async () => {
    const { server, notifier } = await provide()

    const handle = await tell(notifier, started, blocked, rolledBack)

    const [first, ...replies] = server.messages.map(({ email }) => email)
    expect(handle).toEqual({ rolloutId: 'aleph-1', messageId: first?.messageId })
    expect(first?.references).toBeUndefined()
    expect(replies.map(({ inReplyTo, references }) => [inReplyTo, references])).toEqual(
      Array(2).fill([first?.messageId, first?.messageId]),
    )
  })

  it('are one for each notice: one that is delivered again is the same message, which mail programs show once.', async () => {
    const { server, notifier } = await provide()

    const handle = await tell(notifier, started)
    await notifier.notify(started, { signal, handle: handle ?? null })

    const [first, second] = server.messages.map(({ email: { messageId, date, subject, text, inReplyTo } }) => ({
      messageId,
      date,
      subject,
      text,
      inReplyTo,
    }))
    expect(second).toEqual(first)
  })

  it('leave out its steps, which are many, but not its end.', async () => {
    const { server, notifier } = await provide()

    const handle = await tell(notifier, started, raised, rolledBack)

    expect(server.messages.map(({ email }) => email.subject)).toEqual([
      expect.stringContaining('begins'),
      expect.stringContaining('is rolled back'),
    ])
    expect(server.messages[1]?.email.inReplyTo).toBe((handle as { messageId: string }).messageId)
  })

  it('include its steps when the options say so.', async () => {
    const { server, notifier } = await provide({ progress: true })

    await tell(notifier, started, raised)

    expect(server.messages).toHaveLength(2)
  })
})

describe('The connections', () => {
  it('are kept for the next message.', async () => {
    const { server, notifier } = await provide({ pool: 1 })

    await tell(notifier, started, blocked, rolledBack)

    expect(server.messages).toHaveLength(3)
    expect(server.sessions).toHaveLength(1)
  })

  it('are not more than the options allow, however many messages there are.', async () => {
    const { server, notifier } = await provide({ pool: 2 })
    const notices = Array.from({ length: 6 }, (_, i) => sampleNotice(started.reason, { rolloutId: `rollout-${i}` }))

    await Promise.all(notices.map(notice => tell(notifier, notice)))

    expect(server.messages).toHaveLength(6)
    expect(server.sessions).toHaveLength(2)
  })

  it('are made anew, unnoticed, when the server has ended them.', async () => {
    const { server, notifier } = await provide({ pool: 1 })

    await tell(notifier, started)
    server.disconnect()
    await tell(notifier, blocked)

    expect(server.messages).toHaveLength(2)
    expect(server.sessions).toHaveLength(2)
  })

  it('log in with the password as it is now in its file.', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'birdwatch-mail-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const passwordFile = join(folder, 'password')
    await writeFile(passwordFile, 'outdated\n')
    const { host, port, ca, messages } = (await provide()).server
    const from = 'birdwatch@example.com'
    const notifier = createEmailNotifier({ host, port, user: login.user, passwordFile, from, to: [from], tls: { ca } })
    onTestFinished(() => notifier.close())

    const before = await notifier.notify(started, { signal }).catch(error => error)
    await writeFile(passwordFile, `${login.pass}\n`)
    await tell(notifier, started)

    expect(before).toMatchObject({ code: 'NOTIFIER_UNAUTHORIZED' })
    expect(messages).toHaveLength(1)
  })

  it('end when they are closed, and come back when they are needed.', async () => {
    const { server, notifier } = await provide({ pool: 1 })

    await tell(notifier, started)
    notifier.close()
    await vi.waitUntil(() => server.open === 0, { timeout: 15_000 })
    await tell(notifier, blocked)

    expect(server.messages).toHaveLength(2)
  })
})

describe('A server without a login', () => {
  it('is sent to without one when none is given.', async () => {
    const { host, port, ca, messages } = (await provide({}, { login: undefined })).server
    const notifier = createEmailNotifier({ host, port, from: 'a@example.com', to: ['b@example.com'], tls: { ca } })
    onTestFinished(() => notifier.close())

    await tell(notifier, started)

    expect(messages).toMatchObject([{ user: undefined, secure: true }])
  })
})

describe('The check at start', () => {
  it('resolves when the server takes the login, and sends nothing.', async () => {
    const { server, notifier } = await provide()

    await notifier.check(signal)

    expect(server.sessions).toHaveLength(1)
    expect(server.messages).toEqual([])
  })

  it('rejects when it does not.', async () => {
    const { notifier } = await provide({ password: 'another' })

    await expect(notifier.check(signal)).rejects.toMatchObject({ code: 'NOTIFIER_UNAUTHORIZED' })
  })

  it('rejects when it is aborted, also while the server says nothing.', async () => {
    const { server, notifier } = await provide()
    server.misbehave({ connect: 'silence' })
    const controller = new AbortController()

    const check = notifier.check(controller.signal)
    await server.connected(1)
    controller.abort(new Error('stopped'))

    await expect(check).rejects.toThrow('stopped')
  })
})

describe('A notice that is not mailed', () => {
  it('rejects all the same when it is aborted.', async () => {
    const notifier = notifierFor({ host: '127.0.0.1', port: 1 })

    await expect(notifier.notify(raised, { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
      'stopped',
    )
  })
})
