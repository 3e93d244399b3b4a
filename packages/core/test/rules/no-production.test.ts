import { describe, expect, test } from 'vitest'
import type { RolloutState } from '../../src/index.js'
import {
  after,
  command,
  foreign,
  healthy,
  interval,
  kinds,
  noProduction,
  now,
  policy,
  ready,
  seconds,
  sick,
  state,
  target,
  told,
  writes,
} from '../builders.js'

const before = state('Progressing')
const lose = (at: RolloutState, event = {}, spec = {}) => after(at, { readiness: noProduction, ...event }, policy(spec))
const lost = lose(before).state

describe('Without an available production pod', () => {
  test.each(['Progressing', 'Holding', 'Paused', 'Frozen'] as const)(
    'a rollout in %s is frozen at its weight',
    phase => {
      const at = state(phase)

      const decision = lose(at)

      expect(decision.state).toMatchObject({ phase: 'Frozen', weight: at.weight, step: at.step })
      expect(decision.state).toMatchObject({ stuckAt: now, nextCheckAt: now + interval })
      expect(decision.reason).toEqual({ code: 'no_production', version: 'v1', weight: at.weight })
      expect(writes(decision)).toEqual([])
      expect(told(decision, at)).toEqual(['no_production'])
    },
  )

  test('it is said at once, and again every stuck_after', () => {
    const quiet = state('Frozen', {
      ...lost,
      progressAt: now - seconds(3600),
      stuckAt: now - seconds(1800) + 1,
      nextCheckAt: now + seconds(5),
    })
    const due = { ...quiet, stuckAt: now - seconds(1800) }

    expect(told(lose(quiet), quiet)).toEqual([])
    expect(lose(quiet).wakeAt).toBe(now + 1)
    expect(told(lose(due), due)).toEqual(['no_production'])
  })

  test('no production workload at all is the same', () => {
    const { production: _, ...readiness } = noProduction

    expect(after(before, { readiness }).state.phase).toBe('Frozen')
  })

  test('an unhealthy canary keeps its traffic: the other side has nobody', () => {
    const decision = lose(lost, { readings: sick(lost) })

    expect(decision.state.phase).toBe('Frozen')
    expect(writes(decision)).toEqual([])
  })

  test('a dead canary keeps its traffic', () => {
    const decision = lose(lost, { readiness: { ...noProduction, canary: { available: 0, desired: 3 } } })

    expect(decision.state.phase).toBe('Frozen')
    expect(writes(decision)).toEqual([])
  })

  test('a lowered limit moves nothing', () => {
    expect(writes(lose(lost, {}, { trafficLimit: 10 }))).toEqual([])
  })

  test('a passed check moves nothing', () => {
    expect(writes(lose(lost, { readings: healthy(lost) }))).toEqual([])
  })

  test('a rollback of ours that was not recorded is not taken up', () => {
    const decision = lose(lost, { traffic: ready(lost, { weight: 0, generation: 12 }) })

    expect(decision.state.phase).toBe('Frozen')
    expect(writes(decision)).toEqual([])
  })

  test('a raise that was not applied is withdrawn', () => {
    const raised = state('Progressing', { weight: 25, from: 20 })

    const decision = lose(raised, { traffic: ready(raised, { weight: 20 }) })

    expect(decision.state).toMatchObject({ phase: 'Frozen', weight: 20, step: raised.step + 1 })
    expect(writes(decision)).toEqual([])
  })

  test('a decrease that was decided and not applied is not applied any more', () => {
    const lowered = state('Progressing', { weight: 10, from: 40 })
    const traffic = ready(lowered, { weight: 40 })

    const decision = lose(lowered, { traffic }, { trafficLimit: 10 })
    const next = lose(decision.state, { traffic }, { trafficLimit: 10 })

    expect(decision.state.phase).toBe('Frozen')
    expect([...writes(decision), ...writes(next)]).toEqual([])
  })

  test('a raise of ours that landed late is not taken back', () => {
    expect(writes(lose(lost, { traffic: ready(lost, { weight: 25, generation: 11 }) }))).toEqual([])
  })

  test('a new target moves nothing, and the routes are not read again and again', () => {
    const decision = lose(lost, { target: { ...target, canaryVersion: 'v3' } })

    expect(decision.state).toMatchObject({ phase: 'Frozen', target })
    expect(kinds(decision)).not.toContain('look')
    expect(writes(decision)).toEqual([])
  })

  test('an adopted weight of 0 is not raised', () => {
    const at = state('Progressing', { weight: 0, from: 0 })

    const decision = lose(at, { readings: healthy(at) })

    expect(decision.reason.code).toBe('waiting_for_production')
    expect(writes(decision)).toEqual([])
  })

  test('nothing is frozen that has no weight', () => {
    expect(lose(state('Baselining')).state.phase).toBe('Baselining')
    expect(lose(state('RolledBack')).state.phase).toBe('RolledBack')
  })

  test('somebody else who has the traffic in hand keeps it', () => {
    const paused = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })

    const decision = lose(paused, { traffic: foreign(paused, { weight: 35 }) })

    expect(decision.state.phase).toBe('Paused')
    expect(writes(decision)).toEqual([])
  })
})

describe('A person, without a production pod,', () => {
  test('may abort', () => {
    const decision = lose(lost, { command: command('abort') })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'aborted' } })
    expect(decision.effects).toContainEqual({ kind: 'rollback' })
  })

  test('has the abort finished to the end', () => {
    const aborted = lose(lost, { command: command('abort') }).state

    expect(writes(lose(aborted))).toEqual([{ kind: 'rollback' }])
  })

  test('may promote', () => {
    const { production: _, ...readiness } = noProduction

    expect(lose(lost, { command: command('promote') }).state.phase).toBe('Promoting')
    expect(lose(lost, { command: command('promote'), readiness }).state.phase).toBe('Promoting')
  })

  test('is heard while a new target waits', () => {
    const v3 = { ...target, canaryVersion: 'v3' }

    expect(lose(lost, { target: v3, command: command('promote') }).state.phase).toBe('Promoting')
  })

  test('is answered also while the canary is dead', () => {
    const readiness = { ...noProduction, canary: { available: 0, desired: 3 } }

    expect(lose(lost, { readiness, command: command('promote') }).state.lastCommand?.refused).toMatch(/canary/)
  })

  test('may resume when production is back', () => {
    const decision = after(lost, { command: command('resume') })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, metrics: before.metrics })
  })
})

describe('A rollback under way', () => {
  test('stops where it is when production is lost', () => {
    const rollingBack = state('RollingBack', {
      from: 20,
      reason: { code: 'unhealthy', metric: 'errors', allowed: 0.5, action: 'rollback', weight: 20, version: 'v2' },
    })

    const decision = lose(rollingBack)

    expect(decision.state).toMatchObject({ phase: 'Frozen', weight: 20, reason: { code: 'no_production' } })
    expect(decision.state.step).toBe(rollingBack.step + 1)
    expect(writes(decision)).toEqual([])
    expect(told(decision, rollingBack)).toEqual(['no_production'])
  })

  test('is done when it had arrived before', () => {
    const rollingBack = state('RollingBack')

    expect(lose(rollingBack, { traffic: ready(rollingBack, { weight: 0 }) }).state.phase).toBe('RolledBack')
  })
})
