import { expect } from 'vitest'
import type { Decision, Phase, RolloutState } from '../../src/index.js'
import { after, interval, kinds, now, told, weightAsked, writes } from '../builders.js'
import { atZero, type Event, promoted, seenLive } from './events.js'

type Check = (before: RolloutState, event: Event) => void

/** What each word of the table means, in state, effects and what people are told. */
export const outcomes = {
  Paused(before, event) {
    const decision = accepted(before, event)

    expect(decision.state).toMatchObject({ phase: 'Paused', pause: { from: before.phase }, weight: before.weight })
    expect(decision.state.pause?.foreign).toBeUndefined()
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['paused'])
  },
  'Paused*'(before, event) {
    const decision = after(before, event)

    expect(decision.state).toMatchObject({
      phase: 'Paused',
      pause: { from: before.pause?.from ?? before.phase, foreign: { weight: 35, writer: 'kubectl-edit' } },
    })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['paused_foreign'])
  },
  refused(before, event) {
    const decision = after(before, event)

    expect(decision.state.phase).toBe(before.phase)
    expect(decision.state.lastCommand).toMatchObject({
      ...event.command,
      at: now,
      refused: expect.stringMatching(/\S/),
    })
    expect(decision.effects).toContainEqual({ kind: 'acknowledge', id: event.command?.id })
    expect(told(decision, before)).toEqual(['command_refused'])
  },
  'no-op'(before, event) {
    const decision = accepted(before, event)
    const undisturbed = after(before, { ...event, command: undefined })

    expect(decision.state.phase).toBe(before.phase)
    expect(writes(decision)).toEqual(writes(undisturbed))
    expect(told(decision, before)).toEqual([])
  },
  ignored(before, event) {
    const decision = after(before, event)

    expect(decision.state).toMatchObject({ phase: before.phase, weight: before.weight, step: before.step })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual([])
  },
  recorded(before, event) {
    const decision = after(before, event)

    expect(decision.state).toMatchObject({ phase: before.phase, drift: { weight: 35, writer: 'kubectl-edit' } })
    expect(writes(decision)).toEqual([])
  },
  'said once'(before, event) {
    const decision = after(before, event)
    const next = after(decision.state, event)

    expect(decision.state).toMatchObject({ phase: before.phase, drift: { weight: 35, writer: 'kubectl-edit' } })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['drifted'])
    expect(told(next, decision.state)).toEqual([])
  },
  'RolledBack, no write'(before, event) {
    const decision = accepted(before, event)

    expect(decision.state).toMatchObject({ phase: 'RolledBack', endedAt: now })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['aborted'])
  },
  RollingBack(before, event) {
    const decision = accepted(before, event)

    expectRollback(decision, before)
    expect(told(decision, before)).toEqual(['aborted'])
    expect(after(decision.state, atZero(before, {})).state).toMatchObject({ phase: 'RolledBack', endedAt: now })
  },
  Promoting(before, event) {
    const decision = accepted(before, event)

    expect(decision.state).toMatchObject({ phase: 'Promoting', reason: { cause: 'command', by: 'kubectl-annotate' } })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
    expect(told(decision, before)).toEqual(['promoting'])
  },
  'Promoting, unmeasured'(before, event) {
    outcomes.Promoting(before, event)

    expect(after(before, event).reason).toMatchObject({ code: 'promoting', unmeasured: true })
  },
  'Progressing, same weight'(before, event) {
    expectResumed(before, event, 'Progressing')
  },
  'Holding, same weight'(before, event) {
    expectResumed(before, event, 'Holding')
  },
  'Progressing, live weight adopted'(before, event) {
    const decision = accepted(before, event)

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 35, from: 35, metrics: before.metrics })
    expect(decision.state.step).toBe(before.step + 1)
    expect(decision.state.pause).toBeUndefined()
    expect(decision.state.nextCheckAt).toBe(now + interval)
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['adopted'])
  },
  Waiting(before, event) {
    const decision = after(before, event)

    expectFresh(decision, before, event)
    expect(kinds(decision)).not.toContain('look')
  },
  gone(before, event) {
    const decision = after(before, event)

    expect(['Waiting', 'RolledBack', 'Promoted', 'Invalid']).toContain(decision.state.phase)
    expect(decision.effects).toEqual([])
    expectGone(decision.state, event)
  },
  'look, RollingBack, Waiting'(before, event) {
    const decision = expectRollbackAfterLook(before, event)

    expectFresh(after(decision.state, atZero(before, event)), before, event)
  },
  'look, RollingBack, gone'(before, event) {
    const decision = expectRollbackAfterLook(before, event)

    const zero = after(decision.state, atZero(before, event))
    expect(zero.state).toMatchObject({ phase: 'RolledBack', endedAt: now })
    expectGone(zero.state, atZero(before, event))
  },
  'look, weights left, gone'(before, event) {
    const blind = after(before, event)
    const decision = after(blind.state, seenLive(event))

    expect(blind.state.phase).toBe(before.phase)
    expect(blind.effects).toEqual([{ kind: 'look' }])
    expect(decision.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'left_as_is', cause: 'foreign' } })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['left_as_is'])
    expectGone(decision.state, event)
  },
  'finishes the promotion'(before, event) {
    const decision = after(before, event)
    const end = after(decision.state, promoted(event))

    expect(decision.state.phase).toBe('Promoting')
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
    expect(end.state).toMatchObject({ phase: 'Promoted', endedAt: now })
    expect(told(end, before)).toEqual(['promoted'])
  },
  'finishes the promotion, then Waiting'(before, event) {
    outcomes['finishes the promotion'](before, event)

    const end = after(before, promoted(event)).state
    expectFresh(after(end, promoted(event)), end, event)
  },
  'finishes the promotion, then gone'(before, event) {
    outcomes['finishes the promotion'](before, event)

    expectGone(after(before, promoted(event)).state, promoted(event))
  },
  overwritten(before, event) {
    const decision = after(before, event)

    expect(decision.state.phase).toBe('RollingBack')
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(after(decision.state, atZero(before, event)).state.phase).toBe('RolledBack')
  },
  'finishes the rollback, then Waiting'(before, event) {
    const end = after(before, atZero(before, event)).state

    expect(after(before, event).effects).toEqual([{ kind: 'rollback' }])
    expect(end.phase).toBe('RolledBack')
    expectFresh(after(end, atZero(before, event)), end, event)
  },
  'finishes the rollback, then gone'(before, event) {
    const end = after(before, atZero(before, event)).state

    expect(after(before, event).effects).toEqual([{ kind: 'rollback' }])
    expect(end.phase).toBe('RolledBack')
    expectGone(end, atZero(before, event))
  },
} satisfies Record<string, Check>

function accepted(before: RolloutState, event: Event): Decision {
  const decision = after(before, event)
  expect(decision.state.lastCommand).toEqual({ ...event.command, at: now })
  expect(decision.effects).toContainEqual({ kind: 'acknowledge', id: event.command?.id })
  return decision
}

function expectResumed(before: RolloutState, event: Event, phase: Phase): void {
  const decision = accepted(before, event)

  expect(decision.state).toMatchObject({ phase, weight: before.weight, step: before.step, metrics: before.metrics })
  expect(decision.state.pause).toBeUndefined()
  expect(decision.state.nextCheckAt).toBe(now + interval)
  expect(writes(decision)).toEqual([])
  expect(told(decision, before)).toEqual(['resumed'])
}

function expectRollback(decision: Decision, before: RolloutState): void {
  expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0, step: before.step + 1 })
  expect(decision.state.pause).toBeUndefined()
  expect(weightAsked(decision)).toBe(0)
  expect(writes(decision)).toEqual([{ kind: 'rollback' }])
}

function expectRollbackAfterLook(before: RolloutState, event: Event): Decision {
  const blind = after(before, event)
  expect(blind.state.phase).toBe(before.phase)
  expect(blind.effects).toEqual([{ kind: 'look' }])

  const decision = after(blind.state, seenLive(event))
  expectRollback(decision, before)
  return decision
}

/** Waiting for the present target, with nothing left of the rollout before but its place in the history. */
function expectFresh(decision: Decision, before: RolloutState, { target }: Event): void {
  const { state } = decision
  expect(state).toMatchObject({ phase: 'Waiting', weight: 0, from: 0, metrics: {}, target: target ?? before.target })
  expect(state.step).toBeGreaterThan(before.step)
  expect(state.preparedAt).toBeUndefined()
  expect(state.pause).toBeUndefined()
  expect(writes(decision)).toEqual([])
}

/** Nothing happens any more while the resource is on its way out. */
function expectGone(end: RolloutState, event: Event): void {
  expect(after(end, event)).toMatchObject({ effects: [], save: 'no', state: { phase: end.phase } })
}
