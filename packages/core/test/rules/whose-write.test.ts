import { describe, expect, test } from 'vitest'
import type { ReadyTraffic, RolloutState } from '../../src/index.js'
import { after, facts, now, policy, ready, seconds, state, told, versions, weightAsked, writes } from '../builders.js'

/** Weight 20 is wanted and was 15 before; it was decided at generation 7. */
const before = state('Progressing', { decidedAt: now - seconds(1) })
const us = { name: 'birdwatch', self: true }
const them = { name: 'kubectl-edit', self: false }
const seen = (traffic: Partial<ReadyTraffic>, at: RolloutState = before, process = facts()) =>
  after(at, { traffic: ready(at, traffic), process })

describe('(1) What is wanted and seen is in step', () => {
  test('whoever wrote it', () => {
    const decision = seen({ weight: 20, writer: them, generation: 40 })

    expect(decision.state.phase).toBe('Progressing')
    expect(writes(decision)).toEqual([])
  })

  test('and its readings count', () => {
    const due = { ...before, nextCheckAt: now }

    expect(seen({ weight: 20, writer: them }, due).effects).toEqual([{ kind: 'measure', purpose: 'check' }])
  })
})

test('A frozen canary is measured, also under the weight of somebody else', () => {
  const due = state('Frozen', { nextCheckAt: now })

  expect(seen({ weight: 40, writer: them, generation: 40 }, due).effects).toEqual([
    { kind: 'measure', purpose: 'check' },
  ])
})

describe('(2) A rollback is applied', () => {
  test('over anything that is seen', () => {
    const rollingBack = state('RollingBack')

    expect(seen({ weight: 20, writer: them, generation: 40 }, rollingBack).effects).toEqual([{ kind: 'rollback' }])
  })
})

describe('(3) What was wanted before is our own intent, not applied yet,', () => {
  test('at the generation of the save', () => {
    expect(weightAsked(seen({ weight: 15, generation: 7 }))).toBe(20)
  })

  test('at one more: somebody else may have edited something unrelated', () => {
    expect(weightAsked(seen({ weight: 15, generation: 8, writer: them }))).toBe(20)
  })

  test('not at two more: then somebody has set it back', () => {
    const decision = seen({ weight: 15, generation: 9, writer: them })

    expect(decision.state).toMatchObject({
      phase: 'Paused',
      pause: { foreign: { weight: 15, writer: 'kubectl-edit' } },
    })
    expect(writes(decision)).toEqual([])
  })

  test('not after an answer to this very write: then somebody has set it back', () => {
    const answered = facts({ wrote: { at: now - 1000, step: before.step } })

    const decision = seen({ weight: 15, generation: 8, writer: them }, before, answered)

    expect(decision.state.phase).toBe('Paused')
    expect(writes(decision)).toEqual([])
  })

  test('also after an answer to an earlier write', () => {
    const answered = facts({ wrote: { at: now - 1000, step: before.fromStep } })

    expect(weightAsked(seen({ weight: 15, generation: 7 }, before, answered))).toBe(20)
  })

  test('not when the labels have changed', () => {
    const decision = seen({ weight: 15, generation: 8, versions: { ...versions, canary: 'v9' }, writer: them })

    expect(decision.state.phase).toBe('Paused')
  })

  test('where the router knows no generations, until it was answered', () => {
    const simple = { state: 'ready', weight: 15 } as const
    const { generation: _, ...at } = before

    expect(weightAsked(after(at, { traffic: simple }))).toBe(20)
    expect(
      after(at, { traffic: simple, process: facts({ wrote: { at: now - 1000, step: at.step } }) }).state.phase,
    ).toBe('Paused')
  })
})

describe('(4) What we wrote last and did not record', () => {
  test('is written over with what is wanted', () => {
    const decision = seen({ weight: 30, generation: 12, writer: us })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 20, token: 'rv-8' }])
    expect(told(decision, before)).toEqual([])
  })

  test('is written over with what is wanted also where that is more', () => {
    expect(weightAsked(seen({ weight: 10, generation: 12, writer: us }))).toBe(20)
  })

  test('is finished as the rollback it was, at weight 0', () => {
    const decision = seen({ weight: 0, generation: 12, writer: us })

    expect(decision.state).toMatchObject({
      phase: 'RollingBack',
      weight: 0,
      reason: { code: 'interrupted', expected: 20 },
    })
    expect(told(decision, before)).toEqual(['interrupted'])
  })

  test.each([
    [0, 'RollingBack', 'interrupted', 0],
    [15, 'Progressing', 'limit_lowered', 10],
  ])('at %i % under a limit that was lowered meanwhile: %s, %s', (weight, phase, code, asked) => {
    const traffic = ready(before, { weight, generation: 12, writer: us })
    const decision = after(before, { traffic }, policy({ trafficLimit: 10 }))

    expect(decision.state).toMatchObject({ phase, reason: { code } })
    expect(weightAsked(decision)).toBe(asked)
  })

  test('is no rollback while the routes disagree', () => {
    const decision = seen({ weight: 0, uniform: false, generation: 12, writer: us })

    expect(decision.state.phase).toBe('Progressing')
    expect(weightAsked(decision)).toBe(20)
  })

  test('ends as RolledBack once its 0 is certain', () => {
    const zero = ready(before, { weight: 0, generation: 12, writer: us })
    const interrupted = after(before, { traffic: zero }).state

    expect(after(interrupted, { traffic: zero }).state.phase).toBe('RolledBack')
  })
})

describe('(5) Anything else is somebody else’s', () => {
  test('and the writer is named', () => {
    const decision = seen({ weight: 30, generation: 9, writer: them })

    expect(decision.state).toMatchObject({
      phase: 'Paused',
      pause: { from: 'Progressing', foreign: { writer: 'kubectl-edit' } },
    })
    expect(decision.reason).toMatchObject({ code: 'paused_foreign', expected: 20, found: 30, writer: 'kubectl-edit' })
  })

  test('also where the router can not tell who writes', () => {
    const decision = after(before, { traffic: { state: 'ready', weight: 30 } })

    expect(decision.reason).toMatchObject({ code: 'paused_foreign', expected: 20, found: 30 })
    expect(decision.reason).not.toHaveProperty('writer', expect.anything())
  })

  test('also a label, whoever wrote the routes: we change no label while a rollout is under way', () => {
    const decision = seen({ versions: { ...versions, production: 'v0' }, writer: us })

    expect(decision.state.phase).toBe('Paused')
    expect(writes(decision)).toEqual([])
  })
})
