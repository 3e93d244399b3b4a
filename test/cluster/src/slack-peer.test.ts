import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SlackPeer } from './slack-peer.js'

let peer: SlackPeer

beforeEach(async () => {
  peer = await SlackPeer.start()
})

afterEach(() => peer.close())

/** As @slack/web-api sends it: a form, structured arguments as JSON. */
const call = (method: string, args: Record<string, string>, signal?: AbortSignal) =>
  fetch(`${peer.url}${method}`, {
    method: 'POST',
    headers: { authorization: 'Bearer xoxb-1' },
    body: new URLSearchParams(args),
    signal: signal ?? null,
  })

describe('the Slack peer', () => {
  test('keeps a message and its update as one message', async () => {
    const posted = (await (
      await call('chat.postMessage', { channel: 'C1', text: '10 %', blocks: '[{"type":"divider"}]' })
    ).json()) as { ts: string }

    await call('chat.update', { channel: 'C1', ts: posted.ts, text: '20 %' })

    expect(peer.messages).toMatchObject([{ channel: 'C1', ts: posted.ts, text: '20 %' }])
    expect(peer.callsOf('chat.postMessage')).toMatchObject([
      { token: 'xoxb-1', args: { blocks: [{ type: 'divider' }] } },
    ])
  })

  test('answers as it is told, once each, and then as before', async () => {
    peer.answerNext({ kind: 'rateLimited', retryAfterSeconds: 3 }, { kind: 'error', error: 'channel_not_found' })

    const limited = await call('auth.test', {})
    const refused = await call('auth.test', {})
    const usual = await call('auth.test', {})

    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3'])
    await expect(refused.json()).resolves.toEqual({ ok: false, error: 'channel_not_found' })
    await expect(usual.json()).resolves.toMatchObject({ ok: true })
  })

  test('can fail without a body of its own', async () => {
    peer.answerAlways({ kind: 'status', status: 500 })

    const response = await call('chat.postMessage', { channel: 'C1', text: 'x' })

    expect(response.status).toBe(500)
    expect(peer.messages).toEqual([])
  })

  test('can keep a caller waiting', async () => {
    peer.answerAlways({ kind: 'hang' })

    const waiting = call('auth.test', {}, AbortSignal.timeout(50))

    await expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(peer.calls).toHaveLength(1)
  })
})
