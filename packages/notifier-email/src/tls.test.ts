import { sampleNotice } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { selfSigned } from '../../provider-prometheus/test/certificate.js'
import { notifierFor, provide } from '../test/notify.js'

const { signal } = new AbortController()
const notice = sampleNotice({ code: 'undone', version: 'v03' })

describe('A connection', () => {
  it('is encrypted by STARTTLS before anything is said.', async () => {
    const { server, notifier } = await provide()

    await notifier.notify(notice, { signal })

    expect(server.messages).toMatchObject([{ secure: true }])
  })

  it('is encrypted from the first byte when the options say so.', async () => {
    const { server, notifier } = await provide({ secure: true }, { tls: 'implicit' })

    await notifier.notify(notice, { signal })

    expect(server.messages).toMatchObject([{ secure: true }])
  })

  it('that is not encrypted gets neither the login nor the message.', async () => {
    const { server, notifier } = await provide({}, { tls: 'none' })

    const errors = await Promise.all([
      notifier.notify(notice, { signal }).catch(error => error),
      notifier.check(signal).catch(error => error),
    ])

    expect(errors).toMatchObject(
      Array(2).fill({
        code: 'NOTIFIER_UNREACHABLE',
        retryable: true,
        message: expect.stringMatching(/does not encrypt by STARTTLS: 5\d\d .*; give a port at which it does/),
      }),
    )
    expect(server.sessions).toEqual([])
    expect(server.messages).toEqual([])
  })

  it('may go without encryption when the options say so.', async () => {
    const { server, notifier } = await provide({ requireTLS: false }, { tls: 'none' })

    await notifier.notify(notice, { signal })

    expect(server.messages).toMatchObject([{ secure: false }])
  })

  it('is encrypted where it can be, also when it need not.', async () => {
    const { server, notifier } = await provide({ requireTLS: false })

    await notifier.notify(notice, { signal })

    expect(server.messages).toMatchObject([{ secure: true }])
  })
})

describe('A certificate', () => {
  it.each<[string, { tls?: { ca: string } }]>([
    ['of an authority that is not known', { tls: { ca: '' } }],
    ['of another authority', { tls: { ca: selfSigned('Another').cert } }],
  ])('%s is refused before anything is said: the message says what to give.', async (_, { tls }) => {
    const { server } = await provide()
    const errors = await Promise.all(
      [{ requireTLS: true }, { requireTLS: false }].map(options =>
        notifierFor(server, { ...options, tls: tls ?? {} })
          .notify(notice, { signal })
          .catch(error => error),
      ),
    )

    expect(errors).toMatchObject(
      Array(2).fill({ code: 'NOTIFIER_UNREACHABLE', message: expect.stringContaining('as `tls.caFile`') }),
    )
    expect(server.sessions).toEqual([])
  })

  it('that is not trusted is refused from the first byte as well.', async () => {
    const { server, notifier } = await provide({ secure: true, tls: {} }, { tls: 'implicit' })

    await expect(notifier.notify(notice, { signal })).rejects.toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringContaining('as `tls.caFile`'),
    })
    expect(server.sessions).toEqual([])
  })

  it('for another name is refused: the message says what to give.', async () => {
    const { server } = await provide()
    const notifier = notifierFor(server, { tls: { ca: server.ca, servername: 'mail.example.com' } })

    await expect(notifier.notify(notice, { signal })).rejects.toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringMatching(/ERR_TLS_CERT_ALTNAME_INVALID, .*`tls\.servername`/),
    })
    expect(server.sessions).toEqual([])
  })
})

describe('A port at which TLS begins later', () => {
  it('is told from the one that is meant.', async () => {
    const { notifier } = await provide({ secure: true })

    await expect(notifier.notify(notice, { signal })).rejects.toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringContaining('leave out `secure`'),
    })
  })
})
