import { sampleNotice } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { settle } from './options.js'
import { threadOf } from './thread.js'

const settings = settle({ host: 'mail', from: 'BirdWatch <birdwatch@example.com>', to: ['team@example.com'] })
const first = sampleNotice({ code: 'started', version: 'v04' }, { seq: 1 })
const second = sampleNotice({ code: 'undone', version: 'v03' }, { seq: 2 })

describe('The id of a message', () => {
  it('is made from the notice alone, so that a repeated delivery has it again.', () => {
    const again = sampleNotice({ code: 'undone', version: 'v03' }, { seq: 1 })

    expect(threadOf(again, undefined, settings).headers).toEqual(threadOf(first, undefined, settings).headers)
  })

  it('is another one for every notice, of the domain of the sender.', () => {
    const ids = [first, second, sampleNotice(first.reason, { rolloutId: 'beth-1' })].map(
      notice => threadOf(notice, undefined, settings).headers.messageId,
    )

    expect(new Set(ids).size).toBe(3)
    expect(ids.filter(id => !/^<birdwatch\.[0-9a-f]{32}@example\.com>$/.test(id))).toEqual([])
  })

  it('is fit for a header, whatever the notice is called.', () => {
    const odd = sampleNotice(first.reason, { id: 'shop/a b\r\nBcc: c@d>/1' })

    expect(threadOf(odd, undefined, settings).headers.messageId).toMatch(/^<birdwatch\.[0-9a-f]{32}@example\.com>$/)
  })
})

describe('The thread of a rollout', () => {
  const begun = threadOf(first, undefined, settings)

  it('begins with its first message, which is the handle.', () => {
    expect(begun.headers).toEqual({ messageId: begun.handle.messageId })
    expect(begun.handle).toEqual({ rolloutId: 'aleph-1', messageId: begun.headers.messageId })
  })

  it('goes on with messages that refer to the first, and keep the handle.', () => {
    const next = threadOf(second, JSON.parse(JSON.stringify(begun.handle)), settings)

    expect(next.headers).toEqual({
      messageId: expect.not.stringContaining(begun.headers.messageId),
      inReplyTo: begun.headers.messageId,
      references: begun.headers.messageId,
    })
    expect(next.handle).toEqual(begun.handle)
  })

  it('has a first message that refers to nothing, also when it is delivered again.', () => {
    expect(threadOf(first, begun.handle, settings)).toEqual(begun)
  })

  it.each([
    null,
    'text',
    5,
    [],
    {},
    { rolloutId: 'aleph-1' },
    { rolloutId: 'another', messageId: '<a@b>' },
    { rolloutId: 'aleph-1', messageId: 5 },
    { rolloutId: 'aleph-1', messageId: 'a@b' },
    { rolloutId: 'aleph-1', messageId: '<a@b>\r\nBcc: <c@d>' },
    { rolloutId: 'aleph-1', messageId: '<a b>' },
  ])('begins anew with a handle that is none of its own: %j.', handle => {
    const { headers } = threadOf(second, handle, settings)

    expect(headers).toEqual({ messageId: headers.messageId })
  })
})
