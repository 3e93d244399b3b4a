import { type Json, type Notice, type Reason, render } from '@birdwatch/core'
import { lasting } from '../conform/aborts.js'
import { assert, assertEqual, assertJson, given } from '../conform/assert.js'
import { describe } from '../conform/describe.js'
import type { Patience } from '../conform/patience.js'
import type { Rules } from '../conform/suite.js'
import { sampleNotice } from '../samples/notice.js'
import { sampleReasons } from '../samples/reasons.js'
import type { NotifierFixture } from './fixture.js'

const promoted: Reason = { code: 'promoted', version: 'v04', production: 'v03', seconds: 120 }
const started: Reason = { code: 'started', version: 'v04', production: 'v03' }

/** Delivers a notice and returns the handle, if any. */
async function tell({ notifier }: NotifierFixture, within: Patience, notice: Notice, handle?: Json) {
  const options = { signal: lasting(), ...(handle === undefined ? {} : { handle }) }
  const result = await within(`notice ${notice.id}`, notifier.notify(notice, options))
  return result?.handle
}

const oneSpace = (text: string) => text.replaceAll(/\s+/g, ' ')

async function shownBy(fixture: NotifierFixture): Promise<string[]> {
  given(fixture.shown, 'shown')
  return [...((await fixture.shown?.()) ?? [])].map(oneSpace)
}

async function assertShown(fixture: NotifierFixture, reason: Reason): Promise<void> {
  const texts = await shownBy(fixture)
  const text = render(reason)
  assert(
    texts.some(shown => shown.includes(oneSpace(text))),
    `messages ${describe(texts)}`,
    `one that says «${text}»`,
  )
}

/** What a notifier promises about the messages that people get. */
export const deliveryRules = {
  'notifier/contract-is-1': {
    title: 'The notifier names the version of the contract that it keeps.',
    prove: async ({ notifier }) => assertEqual('contract', notifier.contract, 1),
  },
  'notifier/delivers': {
    title: 'A notice is shown to people, in the words of `render` and with the name of its rollout.',
    prove: async (fixture, within) => {
      const notice = sampleNotice(promoted)
      await tell(fixture, within, notice)
      await assertShown(fixture, promoted)
      const texts = await shownBy(fixture)
      const { name } = notice.snapshot
      assert(
        texts.some(text => text.includes(name)),
        `messages ${describe(texts)}`,
        `one that names ${name}`,
      )
    },
  },
  'notifier/every-reason': {
    title: 'Every reason can be delivered, with and without the facts that may be missing.',
    prove: async (fixture, within) => {
      const facts = { metrics: [{ name: 'errors', allowed: 0.5, verdict: 'inconclusive' }] }
      let seq = 0
      for (const reason of sampleReasons) {
        await tell(fixture, within, sampleNotice(reason, { seq: ++seq }))
        await tell(fixture, within, sampleNotice(reason, { seq: ++seq, facts }))
      }
    },
  },
  'notifier/same-id-twice': {
    title: 'A notice that is delivered again resolves, and adds no other message than the one there was.',
    prove: async (fixture, within) => {
      const notice = sampleNotice(promoted)
      const handle = await tell(fixture, within, notice)
      const before = new Set(await shownBy(fixture))
      await tell(fixture, within, notice)
      await tell(fixture, within, notice, handle)
      assertEqual('distinct messages', [...new Set(await shownBy(fixture))], [...before])
    },
  },
  'notifier/handle-round-trip': {
    title: 'A handle is plain JSON, and is accepted at the next notice after it went through a store.',
    prove: async (fixture, within) => {
      const handle = await tell(fixture, within, sampleNotice(started, { seq: 1 }))
      if (handle !== undefined) assertJson('the handle', handle)
      const stored = handle === undefined ? undefined : JSON.parse(JSON.stringify(handle))
      await tell(fixture, within, sampleNotice(promoted, { seq: 2 }), stored)
      await assertShown(fixture, promoted)
    },
  },
  'notifier/unknown-handle': {
    title: 'A handle that it can not use does not keep a notice from people.',
    prove: async (fixture, within) => {
      await tell(fixture, within, sampleNotice(promoted), { not: 'one of yours' })
      await assertShown(fixture, promoted)
    },
  },
  'notifier/rollouts-do-not-mix': {
    title: 'Notices of different rollouts, delivered at the same time, all reach people.',
    prove: async (fixture, within) => {
      const names = ['alpha', 'beta', 'gamma', 'delta']
      const notices = names.map(version => sampleNotice({ ...promoted, version }, { rolloutId: `rollout-${version}` }))
      await Promise.all(notices.map(notice => tell(fixture, within, notice)))
      for (const { reason } of notices) await assertShown(fixture, reason)
    },
  },
  'notifier/any-text': {
    title: 'Very long texts, and texts that look like markup, can be delivered.',
    prove: async (fixture, within) => {
      const detail = `<!channel> & *bold* </html>\r\nBcc: nobody\u0000 \u{1f426} ${'long '.repeat(4000)}`
      const metric = { name: detail, baseline: 1e-7, reading: 1e21, allowed: 0.5, verdict: 'unhealthy' }
      const facts = { name: detail, service: detail, metrics: Array.from({ length: 60 }, () => metric) }
      await tell(fixture, within, sampleNotice({ code: 'objects_gone', detail }, { facts }))
    },
  },
} as const satisfies Rules<NotifierFixture>
