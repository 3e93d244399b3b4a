import { describe, expect, test } from 'vitest'
import type { RolloutState, Snapshot } from '../../src/index.js'
import {
  after,
  canaryHas,
  command,
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
  sick,
  state,
  target,
  told,
  writes,
} from '../builders.js'

const before = state('Promoting')
const labelled = ready(before, { weight: 100, versions: promotedVersions, settled: false })

describe('Promoting', () => {
  test('asks the router to promote, again and again until it is seen', () => {
    const decision = after(before)

    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
    expect(decision.state).toEqual(JSON.parse(JSON.stringify(before)))
  })

  test('leaves one propagation between the label and the weights', () => {
    const early = after(before, { traffic: labelled, process: facts({ heldSince: now - seconds(5) + 1 }) })
    const then = after(before, { traffic: labelled, process: facts({ heldSince: now - seconds(5) }) })

    expect(writes(early)).toEqual([])
    expect(early.wakeAt).toBe(now + 1)
    expect(writes(then)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('ends when the label and the weights are seen', () => {
    const decision = after(before, { traffic: ready(before, { weight: 0, versions: promotedVersions, settled: true }) })

    expect(decision.state).toMatchObject({ phase: 'Promoted', weight: 0, from: 0, endedAt: now, step: before.step + 1 })
    expect(decision.reason).toEqual({ code: 'promoted', version: 'v2', production: 'v1', seconds: 600 })
    expect(told(decision, before)).toEqual(['promoted'])
    expect(writes(decision)).toEqual([])
  })

  test('needs no further pass once it has ended', () => {
    expect(after(state('Promoted'))).not.toHaveProperty('wakeAt')
  })

  test('is a rollback where one of ours took effect before its own save came: that one stands', () => {
    const decision = after(before, { traffic: ready(before, { weight: 0, generation: 12 }) })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0, reason: { code: 'interrupted' } })
    expect(writes(decision)).toEqual([{ kind: 'rollback' }])
  })

  test('waits, where one of ours took effect while a promotion may still land: what is there then decides', () => {
    const uncertain = facts({ certain: false })
    const zero = after(before, { traffic: ready(before, { weight: 0, generation: 12 }), process: uncertain })
    const traffic = ready(before, { weight: 0, generation: 12, versions: promotedVersions, settled: true })

    expect(zero.state).toEqual(before)
    expect(writes(zero)).toEqual([])
    expect(after(before, { traffic, process: uncertain }).state.phase).toBe('Promoted')
  })

  test('goes on over the weight 0 of somebody else', () => {
    const decision = after(before, { traffic: foreign(before, { weight: 0 }) })

    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('ends with the answer, where the router shows no labels', () => {
    const traffic = { state: 'ready', weight: 100 } as const
    const answered = { kind: 'promote', step: before.step, at: now } as const

    expect(after(before, { traffic }).state.phase).toBe('Promoting')
    expect(after(before, { traffic, lastEffect: answered }).state.phase).toBe('Promoted')
    expect(after(before, { traffic, lastEffect: { ...answered, at: before.since } }).state.phase).toBe('Promoted')
  })

  test.each(['unknown', 'unusable'] as const)(
    'does not end with the answer while the routes are %s: it may have been for the label alone',
    state => {
      const traffic = { state, reason: 'nothing can be read' }
      const answered = (at: number) => ({ kind: 'promote', step: before.step, at }) as const
      const early = after(before, { traffic, lastEffect: answered(now - 4999) })
      const then = after(before, { traffic, lastEffect: answered(now - 5000) })

      expect(early.state.phase).toBe('Promoting')
      expect(writes(early)).toEqual([])
      expect(early.wakeAt).toBe(now + 1)
      expect(writes(then)).toEqual([{ kind: 'promote', version: 'v2' }])
    },
  )

  test('does not end with the answer, where labels are shown: they tell', () => {
    const decision = after(before, { lastEffect: { kind: 'promote', step: before.step, at: now } })

    expect(decision.state.phase).toBe('Promoting')
    expect(kinds(decision)).toEqual(['promote'])
  })

  test('does not end with a refusal, nor with the answer to an earlier promotion', () => {
    const traffic = { state: 'ready', weight: 100 } as const
    const error = { code: 'TRAFFIC_REFUSED', message: 'forbidden' }
    const refused = after(before, { traffic, lastEffect: { kind: 'promote', step: 5, at: now, error } })
    const old = after(before, { traffic, lastEffect: { kind: 'promote', step: 5, at: before.since - 1 } })

    expect(refused.state.phase).toBe('Promoting')
    expect(old.state.phase).toBe('Promoting')
    expect(kinds(refused)).toEqual(['promote'])
  })

  test('ends when the objects are gone', () => {
    const decision = after(before, { traffic: { state: 'missing', reason: 'VirtualService aleph was deleted' } })

    expect(decision.state).toMatchObject({ phase: 'Promoted', endedAt: now })
    expect(decision.reason).toEqual({ code: 'objects_gone', detail: 'VirtualService aleph was deleted' })
    expect(told(decision, before)).toEqual(['objects_gone'])
  })

  test('goes on while the routes can not be read', () => {
    const decision = after(before, { traffic: { state: 'unknown', reason: 'no answer' } })

    expect(decision.state.phase).toBe('Promoting')
    expect(kinds(decision)).toEqual(['promote'])
  })
})

describe('Past the point of no return', () => {
  const undeterred: [string, Partial<Snapshot>][] = [
    ['an unhealthy reading', { readings: sick(before) }],
    ['a dead canary', { readiness: canaryHas(0) }],
    ['a lost production', { readiness: noProduction }],
    ['a change by somebody else', { traffic: foreign(before, { weight: 35 }) }],
    ['another canary version', { target: { ...target, canaryVersion: 'v3' } }],
    ['deletion', { deleting: true }],
    ['abort', { command: command('abort') }],
    ['pause', { command: command('pause') }],
  ]
  test.each(undeterred)('%s changes nothing', (_, event) => {
    const decision = after(before, event)

    expect(decision.state).toMatchObject({ phase: 'Promoting', target: before.target })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test.each([
    ['a lowered limit', policy({ trafficLimit: 10 })],
    ['the lock', policy({ paused: true })],
    ['an edit that can not be used', refusal],
  ])('%s changes nothing', (_, wanted) => {
    const decision = after(before, {}, wanted)

    expect(decision.state).toMatchObject({ phase: 'Promoting', policy: before.policy })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('no check is made', () => {
    expect(kinds(after(state('Promoting', { nextCheckAt: 0 })))).toEqual(['promote'])
  })
})

describe('A promotion by command', () => {
  const promote = (at: RolloutState, event = {}) => after(at, { command: command('promote'), ...event })

  test('takes a raise back that was not applied', () => {
    const raised = state('Progressing', { weight: 25, from: 20 })

    const decision = promote(raised, { traffic: ready(raised, { weight: 20 }) })

    expect(decision.state).toMatchObject({ phase: 'Promoting', weight: 20, reason: { weight: 20 } })
    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('says that nothing was measured when it comes before the baseline', () => {
    expect(promote(state('Baselining')).reason).toMatchObject({ unmeasured: true })
    expect(promote(state('Progressing')).reason).not.toHaveProperty('unmeasured', true)
  })

  test('is saved before it is applied', () => {
    expect(promote(state('Progressing')).save).toBe('now')
  })
})
