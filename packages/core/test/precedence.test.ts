import { describe, expect, test } from 'vitest'
import type { Snapshot } from '../src/index.js'
import {
  after,
  canaryHas,
  command,
  foreign,
  healthy,
  live,
  noProduction,
  now,
  policy,
  ready,
  sick,
  state,
  target,
  told,
  writes,
} from './builders.js'

const before = state('Progressing')
const dead = canaryHas(0)
const v3 = { ...target, canaryVersion: 'v3' }
const both = (event: Partial<Snapshot>, spec = {}) => after(before, { process: live, ...event }, policy(spec))

describe('What wins when several things are true at once', () => {
  test('deletion, over abort', () => {
    expect(both({ deleting: true, command: command('abort') }).reason.code).toBe('deleted')
  })

  test('deletion, over a lost production: the weights are left', () => {
    const decision = both({ deleting: true, readiness: noProduction })

    expect(decision.state).toMatchObject({
      phase: 'RolledBack',
      reason: { code: 'left_as_is', cause: 'no_production' },
    })
    expect(writes(decision)).toEqual([])
  })

  test('abort, over a lost production', () => {
    const decision = both({ command: command('abort'), readiness: noProduction })

    expect(decision.reason.code).toBe('aborted')
    expect(writes(decision)).toEqual([{ kind: 'rollback' }])
  })

  test('a lost production, over a dead canary', () => {
    const decision = both({ readiness: { ...noProduction, canary: dead.canary } })

    expect(decision.state).toMatchObject({ phase: 'Frozen', reason: { code: 'no_production' } })
    expect(writes(decision)).toEqual([])
  })

  test('a lost production, over an unhealthy canary', () => {
    const decision = both({ readiness: noProduction, readings: sick(before) })

    expect(decision.reason.code).toBe('no_production')
    expect(writes(decision)).toEqual([])
  })

  test('a dead canary, over an unhealthy one', () => {
    expect(both({ readiness: dead, readings: sick(before) }).reason.code).toBe('dead_canary')
  })

  test('a dead canary, over freeze', () => {
    const decision = both({ readiness: dead, readings: sick(before) }, { ifUnhealthy: 'freeze' })

    expect(decision.state.phase).toBe('RollingBack')
  })

  test('an unhealthy canary, over a new target', () => {
    expect(both({ readings: sick(before), target: v3 }).reason.code).toBe('unhealthy')
  })

  test('a new target, over a lowered limit', () => {
    expect(both({ target: v3 }, { trafficLimit: 10 }).reason.code).toBe('new_target')
  })

  test('a new target, over promote', () => {
    expect(both({ target: v3, command: command('promote') }).reason.code).toBe('new_target')
  })

  test('a lowered limit, over pause', () => {
    const decision = both({ command: command('pause') }, { trafficLimit: 10 })

    expect(decision.reason.code).toBe('limit_lowered')
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 10, token: 'rv-8' }])
  })

  test('the lock, over promote', () => {
    expect(both({ command: command('promote') }, { paused: true }).reason.code).toBe('paused')
  })

  test('pause, over a passed check', () => {
    const decision = both({ command: command('pause'), readings: healthy(before) })

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20 })
    expect(writes(decision)).toEqual([])
  })

  test('a weight that is to be applied, over a passed check: it is not there to be judged', () => {
    const raised = state('Progressing', { weight: 25, from: 20, decidedAt: now })
    const traffic = ready(raised, { weight: 20 })

    const decision = after(raised, { traffic, readings: healthy(raised) })

    expect(decision.reason).toEqual(raised.reason)
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 25, token: 'rv-8' }])
  })

  test('a resume that is refused, over a passed check: the next decision judges it', () => {
    const paused = state('Paused')

    const decision = after(paused, { command: command('resume'), readings: healthy(paused) }, policy({ paused: true }))

    expect(decision.state.lastCommand?.refused).toBeDefined()
    expect(decision.used).toBe(false)
  })

  test('promote, over a passed check', () => {
    const decision = both({ command: command('promote'), readings: healthy(before) })

    expect(writes(decision)).toEqual([{ kind: 'promote', version: 'v2' }])
  })

  test('resume, over a passed check', () => {
    const paused = state('Paused')

    const decision = after(paused, { command: command('resume'), readings: healthy(paused) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(writes(decision)).toEqual([])
  })
})

describe('A command that something else wins over', () => {
  test('stays unanswered, so that it is looked at again', () => {
    const decision = both({ readings: sick(before), command: command('pause') })

    expect(decision.state.lastCommand).toBeUndefined()
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
  })

  test('is refused in the phase that the winner led to', () => {
    const rollingBack = both({ readings: sick(before), command: command('pause') }).state

    const decision = after(rollingBack, { command: command('pause') })

    expect(decision.state.lastCommand?.refused).toContain('too_late')
  })
})

describe('A change by somebody else is settled first, and then', () => {
  const traffic = foreign(before, { weight: 35 })

  test('abort rolls back in the same decision', () => {
    const decision = both({ traffic, command: command('abort') })

    expect(decision.state.phase).toBe('RollingBack')
    expect(writes(decision)).toEqual([{ kind: 'rollback' }])
    expect(told(decision, before)).toEqual(['paused_foreign', 'aborted'])
  })

  test('promote promotes in the same decision', () => {
    expect(both({ traffic, command: command('promote') }).state.phase).toBe('Promoting')
  })

  test('deletion leaves the weights', () => {
    const decision = both({ traffic, deleting: true })

    expect(decision.reason).toMatchObject({ code: 'left_as_is', cause: 'foreign' })
    expect(writes(decision)).toEqual([])
  })

  test('an unhealthy canary is only announced', () => {
    const decision = both({ traffic, readings: sick(before) })

    expect(decision.state).toMatchObject({ phase: 'Paused', pause: { from: 'Progressing', foreign: { weight: 35 } } })
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['paused_foreign', 'unhealthy'])
  })

  test('a dead canary is only announced', () => {
    const decision = both({ traffic, readiness: dead })

    expect(decision.state.phase).toBe('Paused')
    expect(writes(decision)).toEqual([])
    expect(told(decision, before)).toEqual(['paused_foreign', 'dead_canary'])
  })

  test('a lost production moves nothing', () => {
    expect(writes(both({ traffic, readiness: noProduction }))).toEqual([])
  })

  test('a lowered limit moves nothing', () => {
    expect(writes(both({ traffic }, { trafficLimit: 10 }))).toEqual([])
  })

  test('a passed check moves nothing', () => {
    expect(writes(both({ traffic, readings: healthy(before) }))).toEqual([])
  })
})
