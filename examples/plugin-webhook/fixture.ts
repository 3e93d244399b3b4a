import { createHmac } from 'node:crypto'
import { instantiate } from '@birdwatch/core'
import type { NotifierFixture } from '@birdwatch/testing'
import { hang, json, startPeer, textOf } from '../support/peer.js'
import webhook from './index.js'

const secret = 'conformance-s3cret'

/** The notifier in front of a server that checks signatures, and can be told to misbehave. */
export async function createFixture(): Promise<NotifierFixture> {
  const shown = new Map<string, string>()
  let mood: 'takes' | 'hangs' | 'refuses' | 'fails' = 'takes'
  const become = (next: typeof mood) => () => {
    mood = next
  }
  const { url, close } = await startPeer(async (request, response) => {
    if (mood === 'hangs') return hang()
    if (mood === 'fails') return json(response, 500, { secret })
    if (mood === 'refuses') return json(response, 422, { secret })
    const body = await textOf(request)
    const { 'birdwatch-time': time, 'birdwatch-signature': signature, 'idempotency-key': key } = request.headers
    const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
    if (signature !== `sha256=${expected}`) return json(response, 401, {})
    const { text, snapshot } = JSON.parse(body)
    shown.set(String(key), `${snapshot.name}: ${text}`)
    json(response, 204)
  })
  return {
    notifier: await instantiate(webhook, { url, secret }),
    shown: () => [...shown.values()],
    hang: become('hangs'),
    refuse: become('refuses'),
    fail: become('fails'),
    secrets: [secret],
    close,
  }
}
