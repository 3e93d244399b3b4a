import type { NotifierFixture } from '@birdwatch/testing'
import { createSlackNotifier } from '../src/notifier.js'
import type { SlackOptions } from '../src/options.js'
import { asRead } from './read.js'
import { json, refusal, silence, startSlack } from './slack.js'

const token = 'xoxb-conformance-s3cret'

/** The notifier in front of a server that can be told to misbehave. */
export async function createFixture(style: NonNullable<SlackOptions['style']>): Promise<NotifierFixture> {
  const slack = await startSlack({ token })
  return {
    notifier: createSlackNotifier({ token, channel: 'C1', apiUrl: slack.url, style }),
    shown: () => slack.messages.map(({ blocks }) => asRead(blocks)),
    hang: () => slack.misbehave(silence),
    refuse: () => slack.misbehave(refusal('channel_not_found')),
    fail: () => slack.misbehave(json({ ok: false, error: `the token ${token} was no help` }, 500)),
    secrets: [token],
    close: () => slack.close(),
  }
}
