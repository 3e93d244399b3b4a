import { getEventListeners } from 'node:events'
import type { Socket } from 'node:net'
import { leakIn, sampleNotice } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { login, notifierFor, provide } from '../test/notify.js'
import { type MailServerOptions, type Misbehaviour, startPeer } from '../test/smtp.js'
import type { EmailOptions } from './options.js'

const notice = sampleNotice({ code: 'undone', version: 'v03' })
const { signal } = new AbortController()
const reply = (code: number, text: string) => ({ code, text })

/** The error of a delivery to a mail server that misbehaves. */
async function errorOf(
  how: Misbehaviour,
  options: Partial<EmailOptions> = {},
  serverOptions: MailServerOptions = {},
): Promise<unknown> {
  const { server, notifier } = await provide(options, serverOptions)
  server.misbehave(how)
  return notifier.notify(notice, { signal }).then(
    () => 'it resolved',
    error => error,
  )
}

/** The error of a delivery to something else than a mail server. */
async function errorAt(behaviour: (socket: Socket) => void, options: Partial<EmailOptions> = {}): Promise<unknown> {
  const peer = await startPeer(behaviour)
  onTestFinished(() => peer.close())
  return notifierFor(peer, options)
    .notify(notice, { signal })
    .catch(error => error)
}

describe('A refusal', () => {
  it.each<[string, Misbehaviour]>([
    ['the connection', { connect: reply(554, '5.7.1 you are blocked') }],
    ['the sender', { mail: reply(550, '5.7.1 you are blocked') }],
    ['the message', { data: reply(554, '5.7.1 you are blocked') }],
    ['every recipient', { rcpt: () => reply(550, '5.7.1 you are blocked') }],
  ])('of %s, for good, is told in the words of the server and not repeated.', async (_, how) => {
    expect(await errorOf(how)).toMatchObject({
      code: 'NOTIFIER_REFUSED',
      retryable: false,
      message: expect.stringMatching(
        /^the mail server 127\.0\.0\.1:\d+ refused the message: 55\d 5\.7\.1 you are blocked$/,
      ),
    })
  })

  it.each<[string, Misbehaviour]>([
    ['the connection', { connect: reply(421, '4.3.2 come back later') }],
    ['the sender', { mail: reply(451, '4.3.2 come back later') }],
    ['the message', { data: reply(452, '4.3.2 come back later') }],
    ['every recipient', { rcpt: () => reply(450, '4.3.2 come back later') }],
    ['the login', { auth: reply(454, '4.3.2 come back later') }],
  ])('of %s, for now, can be tried again, by the host.', async (_, how) => {
    expect(await errorOf(how)).toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      retryable: true,
      message: expect.stringContaining('4.3.2 come back later'),
    })
  })

  it('of every recipient can be tried again when it is for now for one of them.', async () => {
    const rcpt = (address: string) => (address === 'a@example.com' ? reply(450, 'later') : reply(550, 'never'))

    expect(await errorOf({ rcpt }, { to: ['a@example.com', 'b@example.com'] })).toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringContaining('450 later'),
    })
  })

  it('of a command out of sequence is about the connection, not about the message.', async () => {
    expect(await errorOf({ mail: reply(503, 'bad sequence') })).toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
  })

  it.each([530, 534, 535, 538])('of the login (%s) says what to check.', async code => {
    expect(await errorOf({ auth: reply(code, '5.7.8 no') })).toMatchObject({
      code: 'NOTIFIER_UNAUTHORIZED',
      retryable: true,
      message: expect.stringMatching(/refused the login: 53\d 5\.7\.8 no; check `user` and `password`$/),
    })
  })

  it('of the sender without a login is one of the login.', async () => {
    expect(await errorOf({ mail: reply(530, '5.7.0 log in first') })).toMatchObject({ code: 'NOTIFIER_UNAUTHORIZED' })
  })

  it('is what a server without logins makes of one: the message is not sent without.', async () => {
    const { server, notifier } = await provide({}, { login: undefined })

    await expect(notifier.notify(notice, { signal })).rejects.toMatchObject({ code: 'NOTIFIER_UNAUTHORIZED' })
    expect(server.messages).toEqual([])
  })
})

describe('A refusal of some recipients', () => {
  it('does not keep the message from the others; it is told to the log, and not repeated.', async () => {
    const warn = vi.fn()
    const to = ['team@example.com', 'gone@example.com', 'full@example.com']
    const { server, notifier } = await provide({ to, logger: { warn } })
    const answers: Record<string, ReturnType<typeof reply>> = {
      'gone@example.com': reply(550, '5.1.1 no such user'),
      'full@example.com': reply(452, `4.2.2 mailbox full, ${login.pass}`),
    }
    server.misbehave({ rcpt: address => answers[address] })

    await notifier.notify(notice, { signal })

    expect(server.messages).toMatchObject([{ to: ['team@example.com'] }])
    expect(warn.mock.calls).toEqual([
      [
        'the mail server refused some recipients',
        {
          notice: 'aleph-1/1',
          refused: [
            { recipient: 'gone@example.com', answer: '550 5.1.1 no such user' },
            { recipient: 'full@example.com', answer: '452 4.2.2 mailbox full, ***' },
          ],
        },
      ],
    ])
  })

  it('needs no log.', async () => {
    const { server, notifier } = await provide({ to: ['team@example.com', 'gone@example.com'] })
    server.misbehave({ rcpt: address => (address === 'gone@example.com' ? reply(550, 'no') : undefined) })

    await notifier.notify(notice, { signal })

    expect(server.messages).toHaveLength(1)
  })
})

describe('A peer that says nothing', () => {
  it.each<[string, Misbehaviour]>([
    ['at all', { connect: 'silence' }],
    ['to the login', { auth: 'silence' }],
    ['to the sender', { mail: 'silence' }],
    ['to a recipient', { rcpt: () => 'silence' }],
    ['to the message', { data: 'silence' }],
  ])('%s is not waited for longer than the options say.', async (_, how) => {
    expect(await errorOf(how, { timeoutMs: 300 })).toMatchObject({
      code: 'NOTIFIER_TIMEOUT',
      retryable: true,
      message: expect.stringContaining('within 300 ms (`timeoutMs`)'),
    })
  })

  it('but goes on to say half of something is not waited for either.', async () => {
    const trickle = (socket: Socket) => {
      const timer = setInterval(() => socket.write('220-'), 20)
      socket.on('close', () => clearInterval(timer))
    }

    expect(await errorAt(trickle, { timeoutMs: 300 })).toMatchObject({ code: 'NOTIFIER_TIMEOUT' })
  })

  it('is left on the wire as well when the delivery is aborted.', async () => {
    let ended: () => void
    const gone = new Promise<void>(resolve => {
      ended = resolve
    })
    let arrived: () => void
    const here = new Promise<void>(resolve => {
      arrived = resolve
    })
    const peer = await startPeer(socket => {
      socket.resume().on('end', () => ended())
      arrived()
    })
    onTestFinished(() => peer.close())
    const controller = new AbortController()

    const delivery = notifierFor(peer).notify(notice, { signal: controller.signal })
    await here
    controller.abort(new Error('stopped'))

    await expect(delivery).rejects.toThrow('stopped')
    await gone
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('does not keep a later message from being sent.', async () => {
    const { server, notifier } = await provide({ pool: 1, timeoutMs: 5000 })
    server.misbehave({ mail: 'silence' })
    const controller = new AbortController()
    const first = notifier.notify(notice, { signal: controller.signal }).catch(error => error)
    await server.connected(1)
    controller.abort(new Error('stopped'))
    await first
    server.misbehave({})

    await notifier.notify(notice, { signal })

    expect(server.messages).toHaveLength(1)
  })
})

describe('A peer that is no mail server', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['closes the connection', socket => socket.destroy()],
    ['ends the connection', socket => socket.end()],
    ['breaks off in its greeting', socket => socket.end('220 mail.exam')],
    ['speaks another protocol', socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['talks too much', socket => socket.write(`220-${'x'.repeat(2_000_000)}\r\n`)],
    [
      'closes the connection after the greeting',
      socket => socket.write('220 hello\r\n', () => socket.once('data', () => socket.destroy())),
    ],
  ])('is an outage: it %s.', async (_, behaviour) => {
    expect(await errorAt(behaviour)).toMatchObject({ code: 'NOTIFIER_UNREACHABLE', retryable: true })
  })

  it.each<[string, Partial<EmailOptions>, RegExp]>([
    ['nobody listens', { host: '127.0.0.1', port: 1 }, /ECONNREFUSED, nobody listens there, check `host` and `port`$/],
    ['the name is not known', { host: 'nowhere.invalid' }, /could not be reached: \w+/],
  ])('can not be there at all, as %s.', async (_, options, words) => {
    const notifier = notifierFor({ host: '127.0.0.1', port: 1 }, options)

    await expect(notifier.notify(notice, { signal })).rejects.toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringMatching(words),
    })
  })
})

describe('No error carries the password', () => {
  const forms = [login.pass, Buffer.from(`\0${login.user}\0${login.pass}`).toString('base64')]
  const echo = forms.join(' ')

  it.each<[string, Misbehaviour]>([
    ['the greeting', { connect: reply(554, echo) }],
    ['the login, for good', { auth: reply(535, echo) }],
    ['the login, for now', { auth: reply(454, echo) }],
    ['the sender', { mail: reply(550, echo) }],
    ['a recipient', { rcpt: () => reply(450, echo) }],
    ['the message', { data: reply(554, echo) }],
  ])('when the server echoes it at %s.', async (_, how) => {
    const error = await errorOf(how)

    expect(error).toHaveProperty('code', expect.stringMatching(/^NOTIFIER_/))
    expect(leakIn(error, forms)).toBeUndefined()
  })

  it('when it is wrong and the server says so.', async () => {
    const error = await errorOf({}, { password: 'wrong-s3cret' })

    expect(error).toMatchObject({ code: 'NOTIFIER_UNAUTHORIZED', message: expect.stringContaining('no such login') })
    expect(leakIn(error, ['wrong-s3cret'])).toBeUndefined()
  })

  it('when nobody answers.', async () => {
    expect(leakIn(await errorOf({ data: 'silence' }, { timeoutMs: 300 }), forms)).toBeUndefined()
    expect(leakIn(await errorAt(socket => socket.destroy()), forms)).toBeUndefined()
  })
})
