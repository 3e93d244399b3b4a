import { type MemoryNotifier, memoryNotifier, sampleNotice } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '../clock.js'
import { BirdWatchError } from '../errors.js'
import type { Json } from '../json.js'
import type { Notice } from '../notice.js'
import { Couriers } from './couriers.js'

const notice = (seq: number): Notice => sampleNotice({ code: 'started', version: 'v2' }, { seq })
const down = new BirdWatchError('NOTIFIER_UNREACHABLE', 'the notifier is down, as scripted')
const silent = { debug() {}, info() {}, warn() {}, error() {} }
const told = (notifier: MemoryNotifier) => notifier.deliveries.map(d => d.notice.seq)

/** Slack and mail, told of notices 1 and 2; the same notifiers serve every process. */
function setUp() {
  const clock = new SimulatedClock()
  const [slack, mail] = [memoryNotifier({ clock }), memoryNotifier({ clock })]
  const outbox = [notice(1), notice(2)]
  const start = (handle?: Json) => {
    const options = { clock, logger: silent, timeoutMs: 10_000, changed: () => couriers.send(outbox) }
    const couriers: Couriers = new Couriers({ slack, mail }, options, handle)
    couriers.send(outbox)
    return couriers
  }
  return { clock, slack, mail, outbox, start }
}

describe('Several who are told', () => {
  test('are each told everything, in order, and what was delivered is what all of them have', async () => {
    const { clock, slack, mail, start } = setUp()

    const couriers = start()
    await clock.advance(0)

    expect([told(slack), told(mail)]).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(couriers.seq).toBe(2)
  })

  test('do not wait for one who is down, and are not told again because of it', async () => {
    const { clock, slack, mail, start } = setUp()
    slack.fault('notify', { kind: 'refuse', error: down }, 3)

    const couriers = start()
    await clock.advance(6999)
    expect([told(slack), told(mail), couriers.seq]).toEqual([[], [1, 2], 0])
    await clock.advance(1)

    expect([told(slack), told(mail), couriers.seq]).toEqual([[1, 2], [1, 2], 2])
  })

  test('do not wait for one who hangs', async () => {
    const { clock, slack, mail, start } = setUp()
    slack.fault('notify', { kind: 'hang' })

    start()
    await clock.advance(0)

    expect(told(mail)).toEqual([1, 2])
  })

  test('are told by the next process what they have not been told by this one, and go on with their handles', async () => {
    const { clock, slack, mail, outbox, start } = setUp()
    slack.fault('notify', { kind: 'refuse', error: down })
    const first = start()
    await clock.advance(0)
    first.stop()

    outbox.push(notice(3))
    start(JSON.parse(JSON.stringify(first.handle)))
    await clock.advance(0)

    expect([told(slack), told(mail)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(mail.deliveries.at(-1)?.handle).toEqual({ rollout: 'aleph-1' })
  })

  test('are told everything that waits when an earlier process did not know them', async () => {
    const { clock, slack, mail, start } = setUp()

    start({ mail: { seq: 1 }, slack: 'of another version' })
    await clock.advance(0)

    expect([told(slack), told(mail)]).toEqual([[1, 2], [2]])
  })

  test('none of whom was told anything have nothing to be saved', () => {
    const { outbox, start } = setUp()
    outbox.length = 0

    expect(start().handle).toBeUndefined()
  })
})

describe('One who is told', () => {
  test('goes on with the handle of an earlier process', async () => {
    const clock = new SimulatedClock()
    const notifier = memoryNotifier({ clock })
    const options = { clock, logger: silent, timeoutMs: 10_000, changed() {} }
    const first = new Couriers(notifier, options)
    first.send([notice(1)])
    await clock.advance(0)

    const second = new Couriers(notifier, options, JSON.parse(JSON.stringify(first.handle)))
    second.send([notice(1), notice(2)])
    await clock.advance(0)

    expect(notifier.deliveries.map(({ handle }) => handle)).toEqual([undefined, { rollout: 'aleph-1' }])
  })
})

describe('Nobody who is told', () => {
  test.each([
    ['no notifier', undefined],
    ['no names', {}],
  ])('keeps no notice waiting: %s', async (_, recipients) => {
    const { clock, outbox } = setUp()
    const warnings: string[] = []
    const logger = { ...silent, warn: (message: string) => void warnings.push(message) }
    const options = { clock, logger, timeoutMs: 10_000, changed: () => couriers.send(outbox) }
    const couriers: Couriers = new Couriers(recipients, options)

    couriers.send(outbox)
    await clock.advance(0)

    expect(outbox.filter(({ seq }) => seq > couriers.seq)).toEqual([])
    expect(warnings).toEqual([])
  })
})
