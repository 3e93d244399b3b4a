import type { Json, Notice, Reason } from '@birdwatch/core'
import { sampleNotice } from '@birdwatch/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asRead } from '../test/read.js'
import { json, refusal, type SlackServer, silence, startSlack } from '../test/slack.js'
import { createSlackNotifier } from './notifier.js'
import type { SlackOptions } from './options.js'

const token = 'xoxb-test'
const { signal } = new AbortController()
const started = sampleNotice({ code: 'started', version: 'v04' }, { seq: 1 })
const raised = sampleNotice({ code: 'raised', from: 0, to: 10, limit: 100, metrics: [] }, { seq: 2 })
const held = sampleNotice({ code: 'holding_at_limit', weight: 50, limit: 50 }, { seq: 3 })
const blocked = sampleNotice(
  { code: 'rollback_blocked', cause: 'TRAFFIC_REFUSED', detail: 'forbidden', weight: 10 } as Reason,
  { seq: 4 },
)
let slack: SlackServer

beforeEach(async () => {
  slack = await startSlack({ token, channels: ['C1'] })
})
afterEach(() => slack.close())

const notifierWith = (options: Partial<SlackOptions> = {}) =>
  createSlackNotifier({ token, channel: 'C1', apiUrl: slack.url, ...options })

/** Delivers notices one after the other, each with the handle that the one before returned. */
async function tell(notices: readonly Notice[], options: Partial<SlackOptions> = {}): Promise<Json | undefined> {
  const notifier = notifierWith(options)
  let handle: Json | undefined
  for (const notice of notices) {
    handle = (await notifier.notify(notice, { signal, ...(handle === undefined ? {} : { handle }) }))?.handle
  }
  return handle
}

const methods = () => slack.calls.map(({ method }) => method)
const sentence = (index: number) => asRead(slack.messages[index]?.blocks ?? []).split('\n')[1]

describe('A rollout in a channel, live', () => {
  it('has one message, which progress keeps up to date without notifying anybody.', async () => {
    await tell([started, raised])

    expect(methods()).toEqual(['chat.postMessage', 'chat.update'])
    expect(slack.messages).toHaveLength(1)
    expect(sentence(0)).toMatch(/^Canary weight 0 % -> 10 %/)
  })

  it('has its notices in the thread of that message, for whoever follows it.', async () => {
    await tell([started, raised, held])

    expect(slack.messages).toMatchObject([
      { channel: 'C1' },
      { channel: 'C1', thread_ts: slack.messages[0]?.ts, broadcast: false },
    ])
    expect([sentence(0), sentence(1)]).toEqual([
      expect.stringMatching(/^Holding at the traffic limit/),
      expect.stringMatching(/^Holding at the traffic limit/),
    ])
  })

  it('has its alerts in the thread and in the channel.', async () => {
    await tell([started, blocked])

    expect(slack.messages[1]).toMatchObject({ thread_ts: slack.messages[0]?.ts, broadcast: true })
  })

  it('keeps its message as its handle.', async () => {
    const handle = await tell([started, raised, held])

    expect(handle).toEqual({ channel: 'C1', ts: slack.messages[0]?.ts })
  })

  it('gets a new message when somebody has deleted the first.', async () => {
    const handle = await tell([started])
    slack.messages.splice(0)

    const result = await notifierWith().notify(raised, { signal, handle: handle ?? null })

    expect(slack.messages).toMatchObject([{ channel: 'C1' }])
    expect(slack.messages[0]).not.toHaveProperty('thread_ts')
    expect(result).toEqual({ handle: { channel: 'C1', ts: slack.messages[0]?.ts } })
  })

  it.each(['cant_update_message', 'edit_window_closed', 'is_archived', 'channel_not_found'])(
    'gets a new message when the first can not be edited: %s.',
    async word => {
      const handle = await tell([started])
      slack.misbehave(refusal(word), 'chat.update')

      await notifierWith().notify(raised, { signal, handle: handle ?? null })

      expect(slack.messages).toHaveLength(2)
    },
  )

  it('does not get a new message when Slack has trouble: the host tries again.', async () => {
    const handle = await tell([started])
    slack.misbehave(refusal('internal_error'), 'chat.update')

    const delivery = notifierWith().notify(raised, { signal, handle: handle ?? null })

    await expect(delivery).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    expect(slack.messages).toHaveLength(1)
  })
})

describe('A notice that is delivered again', () => {
  it('is posted once: Slack is given the same id for it.', async () => {
    const notifier = notifierWith()
    const first = await notifier.notify(started, { signal })
    const second = await notifier.notify(started, { signal })

    expect(slack.messages).toHaveLength(1)
    expect(second).toEqual(first)
  })

  it('is in the thread once.', async () => {
    const handle = await tell([started, held])
    await notifierWith().notify(held, { signal, handle: handle ?? null })

    expect(slack.messages).toHaveLength(2)
  })

  it('is posted under an id that looks as Slack expects, another one for every notice and place.', async () => {
    await tell([started, held])
    await tell([{ ...started, id: 'beth-1/1' }])

    const ids = slack.calls.map(({ args }) => args.client_msg_id).filter(id => id !== undefined)
    expect(new Set(ids).size).toBe(3)
    expect(
      ids.filter(id => !/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(String(id))),
    ).toEqual([])
  })

  it('is not posted again after somebody has deleted it.', async () => {
    await tell([started])
    slack.messages.splice(0)

    const result = await notifierWith().notify(started, { signal })

    expect(slack.messages).toEqual([])
    expect(result).toEqual({})
  })

  it('after its update was answered and its reply was not, is completed.', async () => {
    const handle = await tell([started])
    slack.misbehave(json({}, 500), 'chat.postMessage')
    await notifierWith()
      .notify(held, { signal, handle: handle ?? null })
      .catch(() => {})
    await slack.close()
    slack = await startSlack({ token })
    const again = await tell([started])

    await notifierWith().notify(held, { signal, handle: again ?? null })

    expect(slack.messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, slack.messages[0]?.ts])
  })
})

describe('A rollout in a channel, plain', () => {
  it('has a message for every notice, none of which is changed.', async () => {
    const handle = await tell([started, raised, blocked], { style: 'plain' })

    expect(methods()).toEqual(['chat.postMessage', 'chat.postMessage', 'chat.postMessage'])
    expect(slack.messages.map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined, undefined])
    expect(handle).toBeUndefined()
  })
})

describe('A call', () => {
  it('goes to the channel with the token in a header, never in the body.', async () => {
    await tell([started])

    expect(slack.calls[0]).toMatchObject({
      method: 'chat.postMessage',
      authorization: `Bearer ${token}`,
      args: { channel: 'C1', unfurl_links: 'false', text: expect.stringContaining('shop/aleph') },
    })
    expect(JSON.stringify(slack.calls[0]?.args)).not.toContain(token)
  })

  it('shows how to give a command as the options say, for this very rollout.', async () => {
    await tell([held], { commandHint: (command, { snapshot }) => `birdwatch ${command} ${snapshot.name}` })

    expect(asRead(slack.messages[0]?.blocks ?? [])).toContain('`birdwatch promote shop/aleph`')
  })

  it('is ended on the wire by an abort.', async () => {
    let closed: () => void
    const gone = new Promise<void>(resolve => {
      closed = resolve
    })
    slack.misbehave(response => response.on('close', () => closed()))
    const controller = new AbortController()

    const delivery = notifierWith().notify(started, { signal: controller.signal })
    await slack.arrived(1)
    controller.abort(new Error('stopped'))

    await expect(delivery).rejects.toThrow('stopped')
    await gone
  })

  it('writes nothing to the console, whatever happens.', async () => {
    const written = vi.spyOn(process.stdout, 'write')
    const logged = (['debug', 'info', 'warn', 'error', 'log'] as const).map(method => vi.spyOn(console, method))
    slack.misbehave(
      json({
        ok: false,
        error: 'invalid_blocks',
        response_metadata: { messages: ['[ERROR] x', '[WARN] y'], warnings: ['z'] },
      }),
    )
    await notifierWith()
      .notify(started, { signal })
      .catch(() => {})
    slack.misbehave(silence)
    await notifierWith({ timeoutMs: 20 })
      .notify(started, { signal })
      .catch(() => {})

    const calls = [written, ...logged].flatMap(spy => spy.mock.calls)
    vi.restoreAllMocks()
    expect(calls).toEqual([])
  })
})

describe('The check at start', () => {
  it('resolves when Slack knows the token.', async () => {
    await notifierWith().check(signal)

    expect(methods()).toEqual(['auth.test'])
  })

  it('rejects when it does not.', async () => {
    await expect(notifierWith({ token: 'xoxb-other' }).check(signal)).rejects.toMatchObject({
      code: 'NOTIFIER_UNAUTHORIZED',
    })
  })

  it('rejects when it is aborted.', async () => {
    await expect(notifierWith().check(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })
})
