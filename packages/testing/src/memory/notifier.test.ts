import { describe, expect, it } from 'vitest'
import { sampleNotice } from '../samples/notice.js'
import { memoryNotifier } from './notifier.js'

const { signal } = new AbortController()
const started = sampleNotice({ code: 'started', version: 'v04' }, { seq: 1 })
const promoted = sampleNotice({ code: 'promoted', version: 'v04' }, { seq: 2 })

describe('memoryNotifier', () => {
  it('keeps every notice once, and every delivery with its handle.', async () => {
    const notifier = memoryNotifier()
    const { handle } = (await notifier.notify(started, { signal })) ?? {}
    await notifier.notify(started, { signal })
    await notifier.notify(promoted, { signal, ...(handle === undefined ? {} : { handle }) })

    expect(notifier.notices).toEqual([started, promoted])
    expect(notifier.texts).toEqual([
      'The rollout of v04 begins; production keeps all traffic until the baseline is taken.',
      'v04 is production.',
    ])
    expect(notifier.deliveries.map(delivery => delivery.handle)).toEqual([undefined, undefined, { rollout: 'aleph-1' }])
  })

  it('has kept a notice whose answer was lost.', async () => {
    const notifier = memoryNotifier()
    notifier.fault('notify', { kind: 'lose' })

    await expect(notifier.notify(started, { signal })).rejects.toMatchObject({ code: 'NOTIFIER_UNREACHABLE' })
    expect(notifier.notices).toEqual([started])
  })
})
