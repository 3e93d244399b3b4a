import { leakIn, sampleNotice } from '@birdwatch/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Behaviour, json, refusal, type SlackServer, silence, startSlack } from '../test/slack.js'
import { createSlackNotifier } from './notifier.js'

const token = 'xoxb-private-token'
const notice = sampleNotice({ code: 'undone', version: 'v03' })
const { signal } = new AbortController()
let slack: SlackServer

beforeEach(async () => {
  slack = await startSlack({ token })
})
afterEach(() => slack.close())

async function errorOf(behaviour: Behaviour, timeoutMs = 10_000): Promise<Error & { code?: string }> {
  slack.misbehave(behaviour)
  const notifier = createSlackNotifier({ token, channel: 'C1', apiUrl: slack.url, timeoutMs })
  return notifier.notify(notice, { signal }).then(
    () => new Error('it resolved'),
    error => error,
  )
}

describe('A refusal', () => {
  it.each([
    ['channel_not_found', 'check `channel`, and invite the app if it is private'],
    ['not_in_channel', 'invite the app to the channel'],
    ['is_archived', 'give another `channel`'],
    ['msg_too_long', 'msg_too_long'],
  ])('of the message is told by Slack’s word, with what to do: %s.', async (word, what) => {
    expect(await errorOf(refusal(word))).toMatchObject({
      code: 'NOTIFIER_REFUSED',
      retryable: false,
      message: expect.stringMatching(new RegExp(`${word}.*${what}|${what}`)),
    })
  })

  it.each(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive', 'missing_scope'])(
    'of the credentials says what to do: %s.',
    async word => {
      expect(await errorOf(refusal(word))).toMatchObject({
        code: 'NOTIFIER_UNAUTHORIZED',
        message: expect.stringMatching(new RegExp(`^Slack refused the call: ${word}; .+`)),
      })
    },
  )

  it('for the rate says how long to wait, and is not repeated by the client.', async () => {
    const error = await errorOf(json({ ok: false, error: 'ratelimited' }, 429, { 'retry-after': '30' }))

    expect(error).toMatchObject({ code: 'NOTIFIER_THROTTLED', retryAfterMs: 30_000 })
    expect(slack.calls).toHaveLength(1)
  })

  it('for the rate may not say how long to wait.', async () => {
    expect(await errorOf(json({ ok: false }, 429))).toMatchObject({
      code: 'NOTIFIER_THROTTLED',
      retryAfterMs: undefined,
    })
    expect(await errorOf(refusal('ratelimited'))).toMatchObject({ code: 'NOTIFIER_THROTTLED' })
  })
})

describe('An outage', () => {
  it.each(['internal_error', 'fatal_error', 'service_unavailable'])(
    'that Slack knows of can be tried again: %s.',
    async word => {
      expect(await errorOf(refusal(word))).toMatchObject({ code: 'NOTIFIER_UNREACHABLE', retryable: true })
    },
  )

  it.each([500, 502, 503, 404])('that shows as HTTP %s can be tried again, by the host.', async status => {
    expect(await errorOf(json({}, status))).toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringContaining(`HTTP ${status}`),
    })
    expect(slack.calls).toHaveLength(1)
  })

  it('that shows as no answer is a timeout.', async () => {
    expect(await errorOf(silence, 50)).toMatchObject({
      code: 'NOTIFIER_TIMEOUT',
      message: expect.stringContaining('within 50 ms'),
    })
  })

  it('that shows as an answer without end is a timeout.', async () => {
    expect(await errorOf(response => response.write('{"ok":'), 50)).toMatchObject({ code: 'NOTIFIER_TIMEOUT' })
  })

  it('that shows as a closed connection can be tried again.', async () => {
    expect(await errorOf(response => response.destroy())).toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
  })

  it('that shows as half an answer can be tried again.', async () => {
    const half: Behaviour = response => {
      response.writeHead(200, { 'content-length': 1000 })
      response.write('{"ok":tr', () => response.destroy())
    }

    expect(await errorOf(half)).toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
  })

  it.each(['<html>Log in</html>', '', 'null', '"ok"', '{"ok":tr', '{}'])(
    'that shows as something else than an answer can be tried again: %s',
    async body => {
      expect(await errorOf(response => response.end(body))).toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    },
  )

  it('that shows as a redirect is not followed.', async () => {
    const error = await errorOf((response, { url }) => response.writeHead(302, { location: `${url}/elsewhere` }).end())

    expect(error).toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    expect(slack.calls).toHaveLength(1)
  })

  it('that shows as nobody listening names the failure.', async () => {
    const notifier = createSlackNotifier({ token, channel: 'C1', apiUrl: 'http://127.0.0.1:1/' })

    const error = await notifier.notify(notice, { signal }).catch(e => e)

    expect(error).toMatchObject({
      code: 'NOTIFIER_UNREACHABLE',
      message: expect.stringMatching(/could not be reached: \w+/),
    })
  })
})

describe('No error', () => {
  const echo =
    (status: number): Behaviour =>
    (response, { headers }) =>
      json({ ok: false, error: headers.authorization, headers }, status, { 'x-echo': headers.authorization ?? '' })(
        response,
        {} as never,
      )

  it.each([200, 302, 400, 401, 403, 429, 500])(
    'carries the token, also when Slack echoes it with HTTP %s.',
    async status => {
      const error = await errorOf(echo(status))

      expect(error.code).toMatch(/^NOTIFIER_/)
      expect(leakIn(error, [token])).toBeUndefined()
    },
  )

  it('carries the token when there is no answer.', async () => {
    expect(leakIn(await errorOf(silence, 50), [token])).toBeUndefined()
    expect(leakIn(await errorOf(response => response.destroy()), [token])).toBeUndefined()
  })
})
