import { describe, expect, test } from 'vitest'
import { findingOf, type Snapshot } from '../../src/index.js'
import { after, kinds, noProduction, now, policy, ready, state, target, told } from '../builders.js'

const before = state('RollingBack')
const missing = { state: 'missing', reason: 'DestinationRule aleph was deleted' } as const
const unusable = { state: 'unusable', reason: 'there are two subsets canary' } as const

/** How the write of weight 0 was answered. */
const answered = (code?: string, step = before.step): Pick<Snapshot, 'lastEffect'> => ({
  lastEffect: {
    kind: 'rollback',
    step,
    at: now,
    ...(code === undefined ? {} : { error: { code, message: 'no' } }),
  },
})

describe('A rollback of routes that are missing', () => {
  test('asks for weight 0 all the same: what is missing may not be what holds the weight', () => {
    const decision = after(before, { traffic: missing })

    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(decision.state.phase).toBe('RollingBack')
  })

  test.each([
    ['was written', undefined],
    ['had nothing to be written to', 'TRAFFIC_MISSING'],
  ])('ends when weight 0 %s', (_, code) => {
    const decision = after(before, { traffic: missing, ...answered(code) })

    expect(decision.effects).toEqual([])
    expect(decision.state).toMatchObject({ phase: 'RolledBack', endedAt: now, weight: 0, from: 0 })
    expect(decision.reason).toEqual({ code: 'objects_gone', detail: missing.reason })
    expect(told(decision, before)).toEqual(['objects_gone'])
  })

  test.each(['TRAFFIC_UNREACHABLE', 'TRAFFIC_REFUSED'])('goes on after %s, and says what is in the way', code => {
    const decision = after(before, { traffic: missing, ...answered(code) })

    expect(kinds(decision)).toEqual(['rollback'])
    expect(told(decision, before)).toEqual(['rollback_blocked'])
  })

  test('leads to Waiting when it began for another target', () => {
    const forV3 = { ...before, next: 'restart' } as const

    const decision = after(forV3, { traffic: missing, ...answered(), target: { ...target, canaryVersion: 'v3' } })

    expect(decision.state).toMatchObject({ phase: 'Waiting', number: 2 })
  })
})

describe('A rollback of routes that can not be used', () => {
  test('ends when weight 0 was written: more can not be seen', () => {
    const decision = after(before, { traffic: unusable, ...answered() })

    expect(decision.effects).toEqual([])
    expect(decision.state).toMatchObject({ phase: 'RolledBack', endedAt: now, from: 0 })
    expect(decision.reason).toMatchObject({ code: 'rolled_back', because: findingOf(before.reason) })
    expect(told(decision, before)).toEqual(['rolled_back'])
  })

  test('goes on while the write is not answered', () => {
    expect(kinds(after(before, { traffic: unusable }))).toEqual(['rollback'])
  })

  test.each(['TRAFFIC_UNREACHABLE', 'TRAFFIC_REFUSED', 'TRAFFIC_MISSING'])('goes on after %s', code => {
    expect(kinds(after(before, { traffic: unusable, ...answered(code) }))).toEqual(['rollback'])
  })
})

describe('What does not stand for weight 0', () => {
  test.each([missing, unusable])('is the answer to an earlier rollback, while the routes are $state', traffic => {
    expect(kinds(after(before, { traffic, ...answered(undefined, before.step - 1) }))).toEqual(['rollback'])
  })

  test.each([missing, unusable])('is the answer to another write, while the routes are $state', traffic => {
    const lastEffect = { kind: 'shift', step: before.step, at: now } as const

    expect(kinds(after(before, { traffic, lastEffect }))).toEqual(['rollback'])
  })

  test('is an answer while a weight can be seen', () => {
    expect(kinds(after(before, { traffic: ready(before, { weight: 25 }), ...answered() }))).toEqual(['rollback'])
  })

  test('is an answer while the routes can not be read', () => {
    const traffic = { state: 'unknown', reason: 'no answer' } as const

    expect(kinds(after(before, { traffic, ...answered() }))).toEqual(['rollback'])
  })
})

test.each([missing, unusable])('Without production nothing is written while the routes are $state', traffic => {
  const unhealthy = state('RollingBack', {
    policy: policy(),
    reason: {
      code: 'dead_canary',
      action: 'rollback',
      available: 0,
      desired: 3,
      failed: false,
      weight: 20,
      version: 'v2',
    },
  })

  const decision = after(unhealthy, { traffic, readiness: noProduction })

  expect(decision.effects).toEqual([])
  expect(decision.state).toMatchObject({ phase: 'Frozen', weight: 20, reason: { code: 'no_production' } })
})
