import { describe, expect, it } from 'vitest'
import { now, view } from '../../test/support/states.js'
import { pointOf } from './point.js'

const later = now + 60_000
const errors = { name: 'errors', baseline: 1, reading: 1.1, allowed: 0.5, verdict: 'healthy' }
const read = (at: number, reading = 1.1) => ({ metrics: { errors: { ...errors, reading, at } } })

describe('A point of the history', () => {
  it('is made of the first view, with the numbers that are known.', () => {
    expect(pointOf(undefined, view(), 1, later)).toMatchObject({
      seq: 1,
      at: now,
      rollout: 'uid-1',
      kind: 'step',
      phase: 'Progressing',
      weight: 20,
      check: {
        at: now - 1000,
        weight: 20,
        health: 'healthy',
        readings: [{ name: 'errors', reading: 1.1, baseline: 1 }],
      },
    })
  })

  it('is not made when nothing has changed that is worth keeping.', () => {
    expect(pointOf(view(), view({ nextCheckAt: later, failures: 1 }), 2, later)).toBeUndefined()
  })

  it('is a check when only numbers have changed, at the time they were read.', () => {
    const point = pointOf(view(), view(read(now + 5000, 1.2)), 2, later)

    expect(point).toMatchObject({
      kind: 'check',
      at: now + 5000,
      check: { at: now + 5000, readings: [{ reading: 1.2 }] },
    })
  })

  it('is a step when the weight has changed; its check was made at the weight before.', () => {
    const raised = { weight: 25, decidedAt: now + 6000, ...read(now + 5000) }

    expect(pointOf(view(), view(raised), 2, later)).toMatchObject({
      kind: 'step',
      at: now + 6000,
      weight: 25,
      check: { at: now + 5000, weight: 20 },
    })
  })

  it.each([
    ['the phase', { phase: 'Paused', since: now + 7000 } as const],
    ['the reason', { reason: { code: 'holding_availability', available: 1, desired: 2, weight: 20 } } as const],
    ['a command', { lastCommand: { name: 'resume', id: '1', at: now + 7000, refused: 'no' } }],
  ])('is a step when %s has changed.', (_, change) => {
    expect(pointOf(view(), view(change), 2, later)?.kind).toBe('step')
  })

  it('has the time of what has changed, else of the check, else of now.', () => {
    const reason = { code: 'holding_availability', available: 1, desired: 2, weight: 20 } as const

    expect(pointOf(view(), view({ phase: 'Frozen', since: now + 7000 }), 2, later)?.at).toBe(now + 7000)
    expect(pointOf(view(), view({ reason, ...read(now + 5000) }), 2, later)?.at).toBe(now + 5000)
    expect(pointOf(view(), view({ reason }), 2, later)?.at).toBe(later)
  })

  it('is never of the future, whatever the clocks say.', () => {
    expect(pointOf(view(), view({ weight: 25, decidedAt: later + 9000 }), 2, later)?.at).toBe(later)
  })

  it('of the next rollout of the resource takes over nothing of the one before.', () => {
    const point = pointOf(view({ weight: 40 }), view({ id: 'uid-2', weight: 0 }), 2, later)

    expect(point).toMatchObject({ rollout: 'uid-2', kind: 'step', check: { weight: 0 } })
  })
})
