import { describe, expect, test } from 'vitest'
import { findingOf } from '../../src/index.js'
import { after, facts, foreign, live, now, promotedVersions, ready, state, target, told, writes } from '../builders.js'

const before = state('RollingBack')
const zero = ready(before, { weight: 0 })

describe('RollingBack', () => {
  test('asks for weight 0 until it is seen', () => {
    const decision = after(before)

    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(decision.state.phase).toBe('RollingBack')
  })

  test('goes on blindly while the routes can not be read', () => {
    expect(after(before, { traffic: { state: 'unknown', reason: 'no answer' } }).effects).toEqual([
      { kind: 'rollback' },
    ])
  })

  test('goes on when the routes can not be used any more', () => {
    expect(after(before, { traffic: { state: 'unusable', reason: 'odd' } }).effects).toEqual([{ kind: 'rollback' }])
  })

  test('overwrites whatever somebody else sets meanwhile', () => {
    expect(after(before, { traffic: foreign(before, { weight: 60 }) }).effects).toEqual([{ kind: 'rollback' }])
  })

  test('needs weight 0 in every route', () => {
    expect(after(before, { traffic: { ...zero, uniform: false } }).effects).toEqual([{ kind: 'rollback' }])
  })

  test('ends when weight 0 is seen, and keeps why it began', () => {
    const decision = after(before, { traffic: zero })

    expect(decision.state).toMatchObject({ phase: 'RolledBack', weight: 0, from: 0, endedAt: now })
    expect(decision.reason).toEqual({
      code: 'rolled_back',
      version: 'v2',
      production: 'v1',
      because: findingOf(before.reason),
    })
    expect(told(decision, before)).toEqual(['rolled_back'])
    expect(decision.effects).toEqual([])
  })

  test('does not end while a raise of ours may still land', () => {
    const decision = after(before, { traffic: zero, process: facts({ certain: false }) })

    expect(decision.state.phase).toBe('RollingBack')
    expect(writes(decision)).toEqual([])
  })

  test('writes again when such a raise did land', () => {
    const decision = after(before, { traffic: ready(before, { weight: 25 }), process: facts({ certain: false }) })

    expect(decision.effects).toEqual([{ kind: 'rollback' }])
  })

  test('leads to Waiting when it began for another target', () => {
    const v3 = { ...target, canaryVersion: 'v3' }
    const forV3 = after(state('Progressing'), { target: v3, process: live }).state

    const decision = after(forV3, { traffic: zero, target: v3 })

    expect(decision.state).toMatchObject({ phase: 'Waiting', target: v3, number: 2 })
    expect(told(decision, forV3)).toEqual(['rolled_back'])
  })
})

describe('A rollback that is refused', () => {
  const refusedBy = (code: string) =>
    ({
      lastEffect: {
        kind: 'rollback',
        step: before.step,
        at: now,
        error: { code, message: 'admission webhook said no' },
      },
    }) as const
  const decision = after(before, refusedBy('TRAFFIC_REFUSED'))

  test('is announced at the first refusal, with its words', () => {
    expect(told(decision, before)).toEqual(['rollback_blocked'])
    expect(decision.state.outbox.at(-1)?.reason).toEqual({
      code: 'rollback_blocked',
      cause: 'TRAFFIC_REFUSED',
      detail: 'admission webhook said no',
      weight: 20,
    })
  })

  test('is tried again, and not announced again', () => {
    const again = after(decision.state, refusedBy('TRAFFIC_REFUSED'))

    expect(again.effects).toEqual([{ kind: 'rollback' }])
    expect(told(again, decision.state)).toEqual([])
  })

  test('is announced anew in the next rollback', () => {
    const ended = after(decision.state, { traffic: zero }).state

    expect(ended.blocked).toBeUndefined()
  })
})

describe('RolledBack', () => {
  test('stays as it is, whatever becomes of the versions', () => {
    const ended = state('RolledBack')

    const decision = after(ended, { readiness: {} })

    expect(decision).toMatchObject({ effects: [], save: 'no', state: { phase: 'RolledBack' } })
  })

  test('does not take a promotion by hand for its own', () => {
    const ended = state('RolledBack')

    const decision = after(ended, { traffic: foreign(ended, { versions: promotedVersions }) })

    expect(decision.state.phase).toBe('RolledBack')
    expect(told(decision, ended)).toEqual(['drifted'])
  })
})
