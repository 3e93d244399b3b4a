import { describe, expect, test } from 'vitest'
import {
  after,
  bothServe,
  canaryHas,
  command,
  facts,
  foreign,
  healthy,
  interval,
  now,
  pods,
  policy,
  ready,
  state,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const before = state('Progressing')

describe('A canary without an available pod', () => {
  test.each(['Progressing', 'Holding', 'Paused', 'Frozen'] as const)('gets no traffic any more in %s', phase => {
    const at = state(phase)

    const decision = after(at, { readiness: canaryHas(0) })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0 })
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(told(decision, at)).toEqual(['dead_canary'])
  })

  test('gets none although the policy would freeze', () => {
    const decision = after(before, { readiness: canaryHas(0) }, policy({ ifUnhealthy: 'freeze' }))

    expect(decision.state.phase).toBe('RollingBack')
  })

  test('needs no reading, and no full interval', () => {
    const decision = after(before, { readiness: canaryHas(0), process: facts({ heldSince: 0 }) })

    expect(weightAsked(decision)).toBe(0)
  })

  test('is told with the counts', () => {
    expect(after(before, { readiness: canaryHas(0) }).reason).toMatchObject({
      code: 'dead_canary',
      action: 'rollback',
      available: 0,
      desired: 3,
      failed: false,
      weight: 20,
      version: 'v2',
    })
  })

  test('is one whose workload is gone', () => {
    const { canary: _, ...readiness } = bothServe

    expect(after(before, { readiness }).reason).toMatchObject({ code: 'dead_canary', available: 0 })
  })

  test('is one whose progress deadline has passed, whatever still runs', () => {
    const readiness = { ...bothServe, canary: { ...pods(2, 3), failed: true } }

    const decision = after(before, { readiness })

    expect(decision.reason).toMatchObject({ code: 'dead_canary', available: 2, failed: true })
    expect(weightAsked(decision)).toBe(0)
  })

  test('rolls back while the routes can not be read, too', () => {
    const decision = after(before, { readiness: canaryHas(0), traffic: { state: 'unknown', reason: 'no answer' } })

    expect(decision.effects).toEqual([{ kind: 'rollback' }])
  })

  test('is waited for again before the first increment: there is nothing to take away', () => {
    const baselining = state('Baselining')

    const decision = after(baselining, { readiness: canaryHas(0) })

    expect(decision.state).toMatchObject({ phase: 'Baselining', reason: { code: 'waiting_for_canary', available: 0 } })
    expect(writes(decision)).toEqual([])
  })

  test('is announced once, and left alone, while somebody else has the traffic in hand', () => {
    const paused = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })
    const event = { traffic: foreign(paused, { weight: 35 }), readiness: canaryHas(0) }

    const decision = after(paused, event)
    const again = after(decision.state, event)

    expect(decision.state).toMatchObject({ phase: 'Paused', warned: 'dead_canary' })
    expect(told(decision, paused)).toEqual(['dead_canary'])
    expect(decision.state.outbox.at(-1)?.reason).toMatchObject({ action: 'none', available: 0 })
    expect([...writes(decision), ...writes(again)]).toEqual([])
    expect(told(again, decision.state)).toEqual([])
  })

  test('does not keep a person from resuming what somebody else changed', () => {
    const paused = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })
    const event = { traffic: foreign(paused, { weight: 35 }), readiness: canaryHas(0), command: command('resume') }

    expect(after(paused, event).state).toMatchObject({ phase: 'Progressing', weight: 35 })
  })

  test('is announced again when it was available in between', () => {
    const paused = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })
    const traffic = foreign(paused, { weight: 35 })
    const warned = after(paused, { traffic, readiness: canaryHas(0) }).state
    const back = after(warned, { traffic }).state

    expect(told(after(back, { traffic, readiness: canaryHas(0) }), back)).toEqual(['dead_canary'])
  })
})

describe('A canary that is not fully available', () => {
  test('gets no increment, and the counts are shown', () => {
    const decision = after(before, { readiness: canaryHas(2), readings: healthy(before) })

    expect(decision.state).toMatchObject({
      phase: 'Progressing',
      weight: 20,
      reason: { code: 'holding_availability', available: 2, desired: 3, weight: 20 },
    })
    expect(decision.wakeAt).toBe(now + interval)
    expect(writes(decision)).toEqual([])
  })

  test('is not promoted', () => {
    const at = state('Progressing', { weight: 100, from: 95 })

    expect(after(at, { readiness: canaryHas(2), readings: healthy(at) }).state.phase).toBe('Progressing')
  })

  test('keeps the traffic it has', () => {
    expect(writes(after(before, { readiness: canaryHas(1) }))).toEqual([])
  })

  test('gets on with the next passed check once it is', () => {
    const held = after(before, { readiness: canaryHas(2), readings: healthy(before) }).state

    expect(weightAsked(after(held, { readings: healthy(held) }))).toBe(25)
  })

  test('is still given a weight that was decided when it was', () => {
    const raised = state('Progressing', { weight: 25, from: 20, decidedAt: before.since + 59_000 })

    const decision = after(raised, { traffic: ready(raised, { weight: 20, generation: 7 }), readiness: canaryHas(2) })

    expect(weightAsked(decision)).toBe(25)
  })
})
