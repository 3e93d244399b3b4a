import { type Fault, memoryNotifier, sampleNotice } from '@birdwatch/testing'
import { describe, expect, test } from 'vitest'
import { SimulatedClock } from '../clock.js'
import { BirdWatchError } from '../errors.js'
import type { Notice } from '../notice.js'
import { Courier } from './courier.js'

const notice = (seq: number): Notice => sampleNotice({ code: 'started', version: 'v2' }, { seq })
const down = new BirdWatchError('NOTIFIER_UNREACHABLE', 'the notifier is down, as scripted')

/** A courier with notices 1 and 2, whose first deliveries go wrong; sent again at every change, as the passes do. */
function setUp(...faults: Fault[]) {
  const clock = new SimulatedClock()
  const notifier = memoryNotifier({ clock })
  for (const fault of faults) notifier.fault('notify', fault)
  const outbox = [notice(1), notice(2)]
  const warnings: unknown[] = []
  const logger = { debug() {}, info() {}, error() {}, warn: (_: string, fields?: object) => void warnings.push(fields) }
  const courier: Courier = new Courier(notifier, {
    clock,
    logger,
    timeoutMs: 10_000,
    changed: () => courier.send(outbox),
  })
  courier.send(outbox)
  return { clock, courier, notifier, outbox, warnings, told: () => notifier.deliveries.map(d => d.notice.seq) }
}
const times = (count: number, fault: Fault) => Array<Fault>(count).fill(fault)
const failing: Fault = { kind: 'refuse', error: down }

describe('the courier', () => {
  test('delivers one notice after the other, in order', async () => {
    const { clock, courier, told } = setUp()

    await clock.advance(0)

    expect(told()).toEqual([1, 2])
    expect(courier.seq).toBe(2)
  })

  test('does not send the second before the first is answered', async () => {
    const { clock, courier, outbox, told } = setUp({ kind: 'delay', ms: 3000 })

    courier.send(outbox)
    await clock.advance(2999)

    expect(told()).toEqual([])
  })

  test('hands the handle of a delivery to the next', async () => {
    const { clock, courier, notifier } = setUp()

    await clock.advance(0)

    expect(notifier.deliveries.map(({ handle }) => handle)).toEqual([undefined, { rollout: 'aleph-1' }])
    expect(courier.handle).toEqual({ rollout: 'aleph-1' })
  })

  test('tries again after 1 s, then twice as late each time, and keeps the order', async () => {
    const { clock, told } = setUp(...times(3, failing))

    await clock.advance(1000 + 2000 + 3999)
    expect(told()).toEqual([])
    await clock.advance(1)

    expect(told()).toEqual([1, 2])
  })

  test('waits five minutes at most', async () => {
    const { clock, told } = setUp(...times(12, failing))

    // 1 + 2 + 4 + ... + 256 s, then 300 s each.
    await clock.advance(511_000 + 3 * 300_000)

    expect(told()).toEqual([1, 2])
  })

  test('waits as long as the notifier asks for', async () => {
    const busy = new BirdWatchError('NOTIFIER_THROTTLED', 'too many messages', { retryAfterMs: 42_000 })
    const { clock, told } = setUp({ kind: 'refuse', error: busy })

    await clock.advance(41_999)
    expect(told()).toEqual([])
    await clock.advance(1)

    expect(told()).toEqual([1, 2])
  })

  test('drops what is refused for good, says so in the log, and goes on', async () => {
    const { clock, told, warnings } = setUp({ kind: 'refuse' })

    await clock.advance(0)

    expect(told()).toEqual([2])
    expect(warnings).toEqual([expect.objectContaining({ notice: 'aleph-1/1', code: 'NOTIFIER_REFUSED' })])
  })

  test('tries again what was thrown by a stranger', async () => {
    const { clock, told } = setUp({ kind: 'refuse', error: new TypeError('fetch failed') })

    await clock.advance(1000)

    expect(told()).toEqual([1, 2])
  })

  test('gives up on a notifier that is silent, and tries again', async () => {
    const { clock, told, warnings } = setUp({ kind: 'hang' })

    await clock.advance(10_000 + 1000)

    expect(told()).toEqual([1, 2])
    expect(warnings).toEqual([expect.objectContaining({ code: 'NOTIFIER_TIMEOUT' })])
  })
  test.each(['hang', 'drop'] as const)('leaves no timer behind when it is stopped (%s)', async kind => {
    const { clock, courier, told } = setUp({ kind })
    await clock.advance(500)

    courier.stop()
    courier.send([notice(1)])
    await clock.advance(0)

    expect(clock.next()).toBeUndefined()
    expect(told()).toEqual([])
  })
})
