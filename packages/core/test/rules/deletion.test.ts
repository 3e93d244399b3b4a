import { describe, expect, test } from 'vitest'
import type { RolloutState, Snapshot } from '../../src/index.js'
import { after, facts, foreign, live, noProduction, now, ready, state, told, writes } from '../builders.js'

const before = state('Progressing')
const deleting = { deleting: true } as const
const missing = { state: 'missing', reason: 'no VirtualService' } as const
const answeredMissing = ({ step }: RolloutState): Partial<Snapshot> => {
  const error = { code: 'TRAFFIC_MISSING', message: 'no VirtualService' }
  return { traffic: missing, lastEffect: { kind: 'rollback', step, at: now, error } }
}

describe('Deletion', () => {
  test('reads the live traffic before it decides, and writes nothing until then', () => {
    const decision = after(before, deleting)

    expect(decision.effects).toEqual([{ kind: 'look' }])
    expect(decision.state.phase).toBe('Progressing')
  })

  test('rolls back what is in progress', () => {
    const decision = after(before, { ...deleting, process: live })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'deleted', weight: 20 } })
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(told(decision, before)).toEqual(['deleted'])
  })

  test('looks, too, where nothing is wanted for the canary after its first raise: that may have been carried out', () => {
    const withdrawn = state('Progressing', { weight: 0, from: 0 })

    expect(after(withdrawn, deleting).effects).toEqual([{ kind: 'look' }])
  })

  test('ends a pause with the rollout', () => {
    const foreignPause = { from: 'Progressing', foreign: { weight: 40 } } as const
    const { state: ended } = after(state('Paused', { pause: foreignPause }), { ...deleting, process: live })

    expect(ended).toMatchObject({ phase: 'RolledBack', reason: { code: 'left_as_is', cause: 'foreign' } })
    expect(ended).not.toHaveProperty('pause')
  })

  test('is done when 0 was seen', () => {
    const rollingBack = after(before, { ...deleting, process: live }).state
    const zero = ready(rollingBack, { weight: 0 })

    const decision = after(rollingBack, { ...deleting, traffic: zero })

    expect(decision.state).toMatchObject({ phase: 'RolledBack', endedAt: now })
    expect(after(decision.state, { ...deleting, traffic: zero }).effects).toEqual([])
  })

  test('is not done while a raise may still land', () => {
    const rollingBack = after(before, { ...deleting, process: live }).state

    const decision = after(rollingBack, {
      ...deleting,
      traffic: ready(rollingBack, { weight: 0 }),
      process: facts({ certain: false }),
    })

    expect(decision.state.phase).toBe('RollingBack')
  })

  test('takes objects that are gone for rolled back', () => {
    const rollingBack = after(before, { ...deleting, process: live }).state

    const decision = after(rollingBack, { ...deleting, ...answeredMissing(rollingBack) })

    expect(decision.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'objects_gone' } })
  })

  test('takes objects that were gone before for rolled back', () => {
    const first = after(before, { ...deleting, traffic: missing, process: live })
    const then = after(first.state, { ...deleting, ...answeredMissing(first.state) })

    expect(then.state.phase).toBe('RolledBack')
    expect(writes(then)).toEqual([])
  })

  test('leaves the weights of somebody else, and says so', () => {
    const paused = state('Paused', { pause: { from: 'Progressing', foreign: { weight: 35 } } })

    const decision = after(paused, { ...deleting, traffic: foreign(paused, { weight: 35 }), process: live })

    expect(decision.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'left_as_is', cause: 'foreign' } })
    expect(told(decision, paused)).toEqual(['left_as_is'])
    expect(writes(decision)).toEqual([])
  })

  test('leaves the weights while production can not serve, and says so', () => {
    const decision = after(before, { ...deleting, readiness: noProduction, process: live })

    expect(decision.state).toMatchObject({
      phase: 'RolledBack',
      reason: { code: 'left_as_is', cause: 'no_production' },
    })
    expect(told(decision, before)).toEqual(['left_as_is'])
    expect(writes(decision)).toEqual([])
  })

  test('of a rollout that has written nothing ends it without a write', () => {
    const baselining = state('Baselining')

    const decision = after(baselining, deleting)

    expect(decision.state).toMatchObject({ phase: 'RolledBack', reason: { code: 'deleted' } })
    expect(decision.effects).toEqual([])
  })

  test('lets nothing begin any more', () => {
    const waiting = state('Waiting')
    const readiness = { canary: { available: 3, desired: 3 }, production: { available: 3, desired: 3 } }

    expect(after(waiting, { ...deleting, readiness })).toMatchObject({ effects: [], state: { phase: 'Waiting' } })
  })

  test('lets nothing begin again after the end', () => {
    const ended = state('RolledBack')

    const decision = after(ended, { ...deleting, command: { name: 'retry', id: '1' } })

    expect(decision.state.phase).toBe('RolledBack')
  })
})
