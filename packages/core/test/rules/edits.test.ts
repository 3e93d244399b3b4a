import { describe, expect, test } from 'vitest'
import type { Reason, Refusal } from '../../src/index.js'
import {
  after,
  bothServe,
  check,
  healthy,
  kinds,
  now,
  policy,
  ready,
  refusal,
  state,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const before = state('Progressing')

describe('An edit of the policy', () => {
  test('is taken up at once and used from the next check on', () => {
    const wanted = policy({ increment: 10, interval: 30 })

    const decision = after(before, { readings: healthy(before) }, wanted)

    expect(decision.state.policy).toEqual(wanted)
    expect(weightAsked(decision)).toBe(30)
    expect(decision.state.nextCheckAt).toBe(now + 30_000)
  })

  test('moves nothing by itself', () => {
    const decision = after(before, {}, policy({ increment: 10 }))

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, step: before.step })
    expect(decision.effects).toEqual([])
    expect(decision.save).toBe('now')
  })

  test('of the queries is taken up at once by a rollout that waits', () => {
    const waiting = state('Waiting')
    const wanted = policy({ metrics: [{ name: 'latency', metric: 'latency()', deviation: 20 }] })

    const decision = after(waiting, { readiness: bothServe }, wanted)

    expect(decision.state).toMatchObject({ phase: 'Baselining', number: 1, policy: wanted })
  })

  test('of what is allowed judges the next reading, against the same baseline', () => {
    const strict = policy({ metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.01 }] })

    const decision = after(before, { readings: check(before, 1.1) }, strict)

    expect(decision.state.phase).toBe('RollingBack')
    expect(decision.reason).toMatchObject({ baseline: 1, allowed: 0.01 })
  })

  test('of if_unhealthy decides what the next unhealthy check does', () => {
    const decision = after(before, { readings: check(before, 9) }, policy({ ifUnhealthy: 'freeze' }))

    expect(decision.state.phase).toBe('Frozen')
  })

  test('after the end is kept for the record and moves nothing', () => {
    const decision = after(state('Promoted'), {}, policy({ increment: 10 }))

    expect(decision.state.phase).toBe('Promoted')
    expect(decision.effects).toEqual([])
  })
})

describe('An edit that can not be used', () => {
  const decision = after(before, {}, refusal)

  test('is announced with the field, once', () => {
    const again = after(decision.state, {}, refusal)

    expect(told(decision, before)).toEqual(['policy_rejected'])
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({
      field: 'increment',
      detail: expect.stringContaining('11'),
    })
    expect(told(again, decision.state)).toEqual([])
  })

  test('is kept with the state as long as it lasts', () => {
    expect(decision.state.rejected).toEqual(refusal.refused)
    expect(after(decision.state, {}, policy()).state.rejected).toBeUndefined()
  })

  test('leaves the rollout going on with the last policy that was valid', () => {
    const next = after(before, { readings: healthy(before) }, refusal)

    expect(next.state).toMatchObject({ phase: 'Progressing', weight: 25, policy: before.policy })
    expect(weightAsked(next)).toBe(25)
  })

  test('still lets an unhealthy canary be rolled back', () => {
    expect(after(before, { readings: check(before, 9) }, refusal).state.phase).toBe('RollingBack')
  })

  test('without a field is told in its own words', () => {
    const other: Refusal = { refused: { code: 'invalid', detail: 'aleph is taken by default/other' } satisfies Reason }

    expect(after(before, {}, other).state.outbox.at(-1)?.reason).toMatchObject({
      detail: 'aleph is taken by default/other',
    })
  })

  test.each(['Promoted', 'RolledBack'] as const)('changes nothing in %s', phase => {
    const ended = state(phase)

    expect(after(ended, {}, refusal)).toMatchObject({ effects: [], save: 'no', state: { phase } })
  })

  test('keeps Invalid from starting, and its correction lets it', () => {
    const invalid = after(state('Waiting'), {}, refusal).state
    const traffic = ready(invalid, { problem: undefined })

    expect(after(invalid, { traffic }, refusal).state.phase).toBe('Invalid')
    expect(after(invalid, { traffic }, policy()).state.phase).toBe('Baselining')
    expect(writes(after(invalid, { traffic }, policy()))).toEqual([])
    expect(kinds(after(invalid, { traffic }, refusal))).toEqual([])
  })
})
