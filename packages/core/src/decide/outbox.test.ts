import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { now, state } from '../../test/builders.js'
import type { Reason } from '../reasons.js'
import type { RolloutState } from '../state.js'
import { delivered, enqueue, keepTold, outboxLimit } from './outbox.js'

const before = state('Progressing')
const raised = (to: number): Reason => ({ code: 'raised', from: to - 1, to, limit: 100, metrics: [] })
const refused = (command: string): Reason => ({ code: 'command_refused', command, why: 'so' })
const notice: Reason = { code: 'started', version: 'v2' }
const moment = now.toString(36)
const alert: Reason = { code: 'no_production', weight: 20 }

const tell = (at: RolloutState, ...reasons: Reason[]) => reasons.reduce((s, reason) => enqueue(s, reason, now), at)
const codes = ({ outbox }: RolloutState) => outbox.map(({ reason }) => reason.code)
const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i))

describe('A notice', () => {
  test('has an id that names the rollout, its number and when it was made', () => {
    const { outbox, seq } = tell(before, notice, alert)

    expect(outbox.map(({ id }) => id)).toEqual([`uid-1/1/${moment}`, `uid-1/2/${moment}`])
    expect(outbox.map(n => n.seq)).toEqual([1, 2])
    expect(seq).toBe(2)
  })

  test('shows the rollout as it was, and nothing that only the engine needs', () => {
    const [first] = tell(before, notice).outbox

    expect(first).toMatchObject({
      rolloutId: 'uid-1',
      reason: notice,
      snapshot: {
        name: 'default/aleph',
        service: 'aleph',
        phase: 'Progressing',
        weight: 20,
        canaryVersion: 'v2',
        productionVersion: 'v1',
        at: now,
      },
    })
    expect(first?.snapshot.metrics).toEqual([
      { name: 'errors', allowed: 0.5, baseline: 1, reading: 1.1, verdict: 'healthy' },
    ])
  })
})

describe('The outbox', () => {
  test('holds 20', () => {
    const full = tell(before, ...times(outboxLimit, i => refused(`c${i}`)))

    expect(outboxLimit).toBe(20)
    expect(full.outbox).toHaveLength(20)
  })

  test('lets the oldest progress go first when it is full', () => {
    const full = tell(before, notice, raised(5), raised(10), ...times(17, i => refused(`c${i}`)))

    const { outbox } = tell(full, alert)

    expect(outbox).toHaveLength(20)
    expect(outbox.map(({ reason }) => reason)).not.toContainEqual(raised(5))
    expect(outbox.map(({ reason }) => reason)).toContainEqual(raised(10))
    expect(codes(tell(full, alert)).at(0)).toBe('started')
  })

  test('lets progress go before anything else, be it the only one of its kind and the youngest', () => {
    const full = tell(before, ...times(19, i => refused(`c${i}`)), raised(5))

    expect(codes(tell(full, alert))).toEqual([...times(19, () => 'command_refused'), 'no_production'])
  })

  test('lets the older of two of a kind go when there is no progress', () => {
    const aborted: Reason = { code: 'aborted', weight: 20 }
    const full = tell(before, notice, aborted, ...times(18, i => refused(`c${i}`)))

    const { outbox } = tell(full, alert)

    expect(outbox).toHaveLength(20)
    expect(outbox.slice(0, 2).map(({ reason }) => reason)).toEqual([notice, aborted])
    expect(outbox.map(({ reason }) => reason)).not.toContainEqual(refused('c0'))
    expect(outbox.at(-1)?.reason).toEqual(alert)
  })

  test('keeps every alert and notice of a kind of its own, however much progress piles up', () => {
    const kinds: Reason[] = [notice, alert, { code: 'aborted', weight: 20 }, { code: 'interrupted', expected: 20 }]

    const { outbox } = tell(before, ...kinds, ...times(100, i => raised(i)))

    expect(outbox.map(({ reason }) => reason)).toEqual(expect.arrayContaining(kinds))
  })

  test('is bounded and in order, whatever is told', () => {
    const reason = fc.constantFrom(notice, alert, raised(5), raised(10), refused('pause'), refused('abort'))
    fc.assert(
      fc.property(fc.array(reason, { maxLength: 60 }), reasons => {
        const { outbox, seq } = tell(before, ...reasons)
        const numbers = outbox.map(n => n.seq)
        expect(outbox.length).toBe(Math.min(reasons.length, 20))
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(seq).toBe(reasons.length)
      }),
      { seed: 1 },
    )
  })
})

describe('Delivery', () => {
  const waiting = tell(before, notice, alert, refused('pause'))

  test('up to a number takes these away and keeps the handle', () => {
    const after = delivered(waiting, 2, { ts: '17.1' })

    expect(after.outbox.map(({ seq }) => seq)).toEqual([3])
    expect(after.handle).toEqual({ ts: '17.1' })
    expect(after.seq).toBe(3)
  })

  test('takes away what was delivered, also when the notifier gave nothing for it', () => {
    expect(delivered(waiting, 2, undefined).outbox.map(({ seq }) => seq)).toEqual([3])
  })

  test('to one of several is kept, though nothing is delivered to all of them', () => {
    const after = delivered(waiting, 0, { mail: { seq: 3 } })

    expect(after.outbox).toEqual(waiting.outbox)
    expect(after.handle).toEqual({ mail: { seq: 3 } })
  })

  test('of nothing new changes nothing', () => {
    expect(delivered(waiting, 0, undefined)).toBe(waiting)
    expect(delivered(before, 7, undefined)).toBe(before)

    const handled = { ...waiting, handle: { ts: '17.1' } }
    expect(delivered(handled, 0, { ts: '17.1' })).toBe(handled)
  })
})

describe('A decision that takes the place of one that may have been saved', () => {
  const replaced: RolloutState = {
    ...tell(before, refused('undo')),
    ...{ step: 9, weight: 25, stuckAt: now, warned: 'dead_canary' },
    lastCommand: { id: '1', name: 'undo', by: 'kubectl', at: now, refused: 'so' },
  }

  test('leaves told what that one told, and answered what it answered', () => {
    const { seq, outbox, lastCommand, stuckAt, warned } = replaced

    expect(keepTold(before, replaced)).toEqual({ ...before, seq, outbox, lastCommand, stuckAt, warned })
  })
})
