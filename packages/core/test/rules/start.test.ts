import { describe, expect, test } from 'vitest'
import {
  after,
  baseline,
  bothServe,
  canaryHas,
  facts,
  foreign,
  kinds,
  noProduction,
  now,
  policy,
  promotedVersions,
  ready,
  refusal,
  seconds,
  state,
  told,
  versions,
  weightAsked,
  writes,
} from '../builders.js'

const waiting = state('Waiting')
/** Begun a moment ago: nothing was prepared yet. */
const { preparedAt: _, ...unprepared } = state('Baselining')

describe('Waiting', () => {
  test('begins when the policy, the routes and both versions allow it', () => {
    const decision = after(waiting, { readiness: bothServe })

    expect(decision.state).toMatchObject({
      phase: 'Baselining',
      weight: 0,
      productionVersion: 'v1',
      revision: 'build-1',
      startedAt: now,
    })
    expect(decision.state.step).toBe(waiting.step + 1)
    expect(told(decision, waiting)).toEqual(['started'])
  })

  test('writes nothing before its beginning is saved', () => {
    const decision = after(waiting, { readiness: bothServe, traffic: ready(waiting, { weight: 30 }) })

    expect(decision.save).toBe('now')
    expect(writes(decision)).toEqual([])
  })

  test('waits for every canary pod, with the counts', () => {
    const decision = after(waiting, { readiness: canaryHas(2) })

    expect(decision.state).toMatchObject({
      phase: 'Waiting',
      reason: { code: 'waiting_for_canary', available: 2, desired: 3 },
    })
  })

  test('waits for a canary that is not there, with what was looked for', () => {
    const { canary: _, ...readiness } = bothServe
    const looked = 'no Deployment with the label version: v2'

    const decision = after(waiting, { readiness: { ...readiness, looked } })

    expect(decision.reason).toEqual({ code: 'waiting_for_canary', version: 'v2', looked })
  })

  test('waits for a canary that is scaled to nothing', () => {
    const decision = after(waiting, { readiness: { ...bothServe, canary: { available: 0, desired: 0 } } })

    expect(decision.state.phase).toBe('Waiting')
  })

  test('waits for production: a canary needs something to fall back to', () => {
    const decision = after(waiting, { readiness: noProduction })

    expect(decision.state).toMatchObject({
      phase: 'Waiting',
      reason: { code: 'waiting_for_production', version: 'v1' },
    })
  })

  test('waits for routes, in the words of the router', () => {
    const decision = after(waiting, {
      readiness: bothServe,
      traffic: { state: 'missing', reason: 'there is no VirtualService aleph' },
    })

    expect(decision.state).toMatchObject({
      phase: 'Waiting',
      reason: { code: 'waiting_for_traffic', detail: 'there is no VirtualService aleph' },
    })
  })

  test('waits while the routes can not be read', () => {
    const decision = after(waiting, { readiness: bothServe, traffic: { state: 'unknown', reason: 'no answer' } })

    expect(decision.state.phase).toBe('Waiting')
  })

  test('tells nobody of the waiting itself', () => {
    expect(told(after(waiting, { readiness: noProduction }), waiting)).toEqual([])
  })

  test.each([
    ['routes that must not be touched', { state: 'unusable', reason: 'a weight is negative' } as const],
    ['routes on which no rollout may begin', ready(waiting, { problem: 'the label `tier` differs' })],
  ])('becomes Invalid at %s, in the words of the router', (_, traffic) => {
    const decision = after(waiting, { readiness: bothServe, traffic })

    expect(decision.state.phase).toBe('Invalid')
    expect(decision.reason).toMatchObject({ code: 'invalid', detail: expect.stringMatching(/negative|tier/) })
    expect(told(decision, waiting)).toEqual(['invalid'])
    expect(writes(decision)).toEqual([])
  })

  test('becomes Invalid when the smallest share of the routes would exceed the limit', () => {
    const traffic = ready(waiting, { resolution: 10 })

    const decision = after(waiting, { readiness: bothServe, traffic }, policy({ trafficLimit: 9 }))

    expect(decision.state.phase).toBe('Invalid')
    expect(decision.reason).toMatchObject({
      field: expect.stringMatching(/limit/i),
      detail: expect.stringMatching(/10 %.*9 %/),
    })
  })

  test('begins when the smallest share of the routes equals the limit', () => {
    const traffic = ready(waiting, { resolution: 10 })

    const decision = after(waiting, { readiness: bothServe, traffic }, policy({ trafficLimit: 10 }))

    expect(decision.state.phase).toBe('Baselining')
  })

  test('becomes Invalid at a policy that can not be used, with the field', () => {
    const decision = after(waiting, { readiness: bothServe }, refusal)

    expect(decision.state).toMatchObject({ phase: 'Invalid', reason: refusal.refused })
    expect(told(decision, waiting)).toEqual(['invalid'])
  })
})

describe('Invalid', () => {
  const invalid = state('Invalid')

  test('is said once for the same cause', () => {
    expect(told(after(invalid), invalid)).toEqual([])
  })

  test('waits again when the cause is gone', () => {
    const decision = after(invalid, { traffic: ready(invalid, { problem: undefined }), readiness: canaryHas(0) })

    expect(decision.state.phase).toBe('Waiting')
  })

  test('begins when the cause is gone and all is ready', () => {
    const decision = after(invalid, { traffic: ready(invalid, { problem: undefined }) })

    expect(decision.state.phase).toBe('Baselining')
  })
})

describe('A canary version that is production already', () => {
  const traffic = ready(waiting, { versions: promotedVersions })

  test('is Promoted without a write', () => {
    const decision = after(waiting, { readiness: bothServe, traffic })

    expect(decision.state).toMatchObject({ phase: 'Promoted', endedAt: now })
    expect(decision.reason).toEqual({ code: 'already_production', version: 'v2' })
    expect(decision.effects).toEqual([])
    expect(told(decision, waiting)).toEqual(['already_production'])
  })

  test('needs neither a canary nor anything else of a start', () => {
    const decision = after(waiting, { readiness: {}, traffic })

    expect(decision.state.phase).toBe('Promoted')
  })
})

describe('The first act of a rollout', () => {
  test('is weight 0 wherever the canary has traffic', () => {
    const decision = after(unprepared, { traffic: foreign(unprepared, { weight: 30 }) })

    expect(decision.state.phase).toBe('Baselining')
    expect(weightAsked(decision)).toBe(0)
    expect(kinds(decision)).not.toContain('prepare')
  })

  test('is weight 0 in every route: one that differs is not 0', () => {
    const decision = after(unprepared, { traffic: ready(unprepared, { uniform: false }) })

    expect(weightAsked(decision)).toBe(0)
    expect(kinds(decision)).not.toContain('prepare')
  })

  test('is the same where we wrote the weight that is there', () => {
    const decision = after(unprepared, { traffic: ready(unprepared, { weight: 30, generation: 12 }) })

    expect(decision.state.phase).toBe('Baselining')
    expect(weightAsked(decision)).toBe(0)
  })

  test('does not take traffic away while production can not serve', () => {
    const traffic = foreign(unprepared, { weight: 30 })

    expect(writes(after(unprepared, { traffic, readiness: noProduction }))).toEqual([])
  })

  test('is not prepare while a raise of an earlier process may still land', () => {
    const begun = { ...unprepared, reason: { code: 'started', version: 'v2' } } as const

    const decision = after(begun, { process: facts({ certain: false }) })

    expect(writes(decision)).toEqual([])
    expect(decision.reason).toEqual({ code: 'measuring_baseline', version: 'v2' })
    expect(decision.state.preparedAt).toBeUndefined()
  })

  test('leads to prepare once weight 0 is seen', () => {
    const traffic = ready(unprepared, { versions: { ...versions, canary: 'v0' } })

    const decision = after(unprepared, { traffic })

    expect(writes(decision)).toEqual([{ kind: 'prepare', version: 'v2' }])
    expect(decision.state.preparedAt).toBeUndefined()
  })

  test('is not done while the routes are gone', () => {
    const decision = after(unprepared, { traffic: { state: 'missing', reason: 'no VirtualService' } })

    expect(decision.state).toMatchObject({ phase: 'Baselining', reason: { detail: 'no VirtualService' } })
    expect(writes(decision)).toEqual([])
  })
})

describe('Prepared', () => {
  test('is what the canary label shows, where there are labels', () => {
    const decision = after(unprepared)

    expect(decision.state.preparedAt).toBe(now)
    expect(decision.reason).toEqual({ code: 'measuring_baseline', version: 'v2' })
    expect(decision.wakeAt).toBe(now + seconds(5))
    expect(writes(decision)).toEqual([])
  })

  test.each([
    ['answered', undefined, now],
    ['refused', { code: 'TRAFFIC_REFUSED', message: 'forbidden' }, undefined],
  ])('is what the router %s, where there are none', (_, error, preparedAt) => {
    const decision = after(unprepared, {
      traffic: { state: 'ready', weight: 0 },
      lastEffect: { kind: 'prepare', step: unprepared.step, at: now - 5, ...(error && { error }) },
    })

    expect(decision.state.preparedAt).toBe(preparedAt)
  })

  test('is asked for again when only an earlier rollout was answered', () => {
    const decision = after(unprepared, {
      traffic: { state: 'ready', weight: 0 },
      lastEffect: { kind: 'prepare', step: unprepared.step - 1, at: now - seconds(500) },
    })

    expect(writes(decision)).toEqual([{ kind: 'prepare', version: 'v2' }])
  })

  test('is followed by the propagation, by default 5 s, before anything is measured', () => {
    const justNow = state('Baselining', { preparedAt: now - seconds(5) + 1, nextCheckAt: now })

    const decision = after(justNow)

    expect(decision.effects).toEqual([])
    expect(decision.wakeAt).toBe(now + 1)
  })

  test('is followed by the baseline when the propagation is over', () => {
    const propagated = state('Baselining', { preparedAt: now - seconds(5), nextCheckAt: now })

    expect(after(propagated).effects).toEqual([{ kind: 'measure', purpose: 'baseline' }])
  })

  test('waits for the propagation anew when the traffic has changed since', () => {
    const propagated = state('Baselining', { preparedAt: now - seconds(60), nextCheckAt: now })

    const decision = after(propagated, { process: facts({ heldSince: now - seconds(2) }) })

    expect(decision.effects).toEqual([])
    expect(decision.wakeAt).toBe(now + seconds(3))
  })

  test('needs no wait when the policy says so', () => {
    const before = state('Baselining', { preparedAt: now, nextCheckAt: now })

    const decision = after(before, { process: facts({ heldSince: now }) }, policy({ propagation: 0 }))

    expect(kinds(decision)).toEqual(['measure'])
  })
})

describe('The first increment', () => {
  const before = state('Baselining')

  test('follows the baseline at once', () => {
    const decision = after(before, { readings: baseline(before, 1) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 5, from: 0, step: before.step + 1 })
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 5, token: 'rv-8' }])
    expect(told(decision, before)).toEqual(['raised'])
  })

  test('is saved before it is applied, with the generation it was decided upon', () => {
    const decision = after(before, { readings: baseline(before, 1) })

    expect(decision.save).toBe('now')
    expect(decision.state).toMatchObject({ generation: 8, decidedAt: now, fromStep: before.step })
  })

  test('waits for every canary pod, and keeps the baseline', () => {
    const decision = after(before, { readings: baseline(before, 1), readiness: canaryHas(2) })

    expect(decision.state).toMatchObject({ phase: 'Baselining', metrics: { errors: { baseline: 1 } } })
    expect(decision.reason).toMatchObject({ code: 'holding_availability', available: 2, desired: 3 })
    expect(writes(decision)).toEqual([])
    expect(weightAsked(after(decision.state))).toBe(5)
  })

  test('waits for production', () => {
    const decision = after(before, { readings: baseline(before, 1), readiness: noProduction })

    expect(decision.state).toMatchObject({ phase: 'Baselining', reason: { code: 'waiting_for_production' } })
    expect(writes(decision)).toEqual([])
  })

  test('does not exceed the limit', () => {
    const decision = after(before, { readings: baseline(before, 1) }, policy({ increment: 10, trafficLimit: 3 }))

    expect(weightAsked(decision)).toBe(3)
  })
})
