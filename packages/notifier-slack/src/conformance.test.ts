import { notifierSuite } from '@birdwatch/testing'
import { describe, test } from 'vitest'
import { asRead } from '../test/read.js'
import { json, refusal, silence, startSlack } from '../test/slack.js'
import { createSlackNotifier } from './notifier.js'
import type { SlackOptions } from './options.js'

const token = 'xoxb-conformance-s3cret'

const fixture = (style: NonNullable<SlackOptions['style']>) => async () => {
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

describe('live', () => notifierSuite({ test, create: fixture('live') }))

describe('plain', () => notifierSuite({ test, create: fixture('plain') }))
