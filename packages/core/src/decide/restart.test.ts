import { describe, expect, test } from 'vitest'
import { after, command, now, policy, ready, refusal, state, target } from '../../test/builders.js'
import type { RolloutState } from '../state.js'
import { initialState } from './restart.js'

const retry = (before: RolloutState, id: string) => after(before, { command: command('retry', { id }) }).state
const roundOf = (before: RolloutState, round: number): RolloutState => ({
  ...state('RolledBack'),
  ...{ id: before.id, number: before.number, step: before.step, seq: before.seq, history: before.history, rev: round },
})

describe('The first state', () => {
  const first = initialState('uid', policy(), target, now)

  test('waits at weight 0, with every counter at its beginning', () => {
    expect(first).toMatchObject({
      schema: 1,
      id: 'uid-1',
      number: 1,
      rev: 0,
      step: 0,
      seq: 0,
      phase: 'Waiting',
      weight: 0,
      from: 0,
      since: now,
      outbox: [],
      history: [],
    })
  })

  test('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(first))).toStrictEqual(first)
  })

  test('of a policy that can not be used has one that moves nothing', () => {
    expect(initialState('uid', refusal, target, now).policy).toMatchObject({
      rules: [],
      ifUnhealthy: 'freeze',
      atLimit: 'hold',
      mode: 'act',
    })
  })

  test('of a policy that can not be used becomes Invalid, and starts with the first that can', () => {
    const refused = initialState('uid', refusal, target, now)

    const invalid = after(refused, {}, refusal).state

    expect(invalid).toMatchObject({ phase: 'Invalid', reason: refusal.refused })
    expect(after(invalid, { traffic: ready(invalid, { problem: undefined }) }, policy()).state).toMatchObject({
      phase: 'Baselining',
      policy: policy(),
    })
  })
})

describe('A rollout that begins anew', () => {
  const before = state('RolledBack', { seq: 7, rev: 12, handle: { ts: '1' }, failures: 2, rejected: refusal.refused })
  const again = retry(before, 'r1')

  test('has the next number and id', () => {
    expect(again).toMatchObject({ id: 'uid-2', number: 2 })
  })

  test('goes on counting saves, steps and notices', () => {
    expect(again.rev).toBe(12)
    expect(again.seq).toBe(7)
    expect(again.step).toBeGreaterThan(before.step)
    expect(again.fromStep).toBe(again.step)
  })

  test('forgets what belonged to the one before', () => {
    expect(again).toMatchObject({ phase: 'Waiting', weight: 0, failures: 0, metrics: {}, trouble: {} })
    expect(again).not.toHaveProperty('preparedAt')
    expect(again).not.toHaveProperty('endedAt')
    expect(again).not.toHaveProperty('productionVersion')
    expect(again).not.toHaveProperty('revision')
    expect(again).not.toHaveProperty('rejected')
  })

  test('keeps the notices that were not delivered', () => {
    const telling = after(state('Progressing'), { command: command('abort') }).state
    const ended = after(telling, { traffic: ready(telling, { weight: 0 }) }).state

    expect(retry(ended, 'r1').outbox).toEqual(ended.outbox)
  })

  test('is the same rollout still when the one before never began', () => {
    const invalid = state('Invalid')
    const next = { ...target, canaryVersion: 'v3' }

    const { state: begun } = after(invalid, { target: next }, refusal)

    expect(begun).toMatchObject({ id: 'uid-1', number: 1, history: [], target: next })
  })

  test('keeps its policy while the present one can not be used', () => {
    const { state: retried } = after(before, { command: command('retry') }, refusal)

    expect(retried).toMatchObject({ number: 2, policy: before.policy })
  })

  test('remembers the one before', () => {
    expect(again.history).toEqual([
      {
        id: 'uid-1',
        canaryVersion: 'v2',
        phase: 'RolledBack',
        reason: before.reason,
        startedAt: before.startedAt,
        endedAt: before.endedAt,
      },
    ])
  })

  test('remembers five at most, newest first', () => {
    const rounds = [1, 2, 3, 4, 5, 6, 7]
    const last = rounds.reduce(
      (at, round) => retry(roundOf(at, round), `r${round}`),
      initialState('uid', policy(), target, now),
    )

    expect(last.number).toBe(8)
    expect(last.history.map(({ id }) => id)).toEqual(['uid-7', 'uid-6', 'uid-5', 'uid-4', 'uid-3'])
  })

  test('keeps a key with dashes in its id', () => {
    const uid = { ...before, id: '0b1c-4d-1' }

    expect(retry(uid, 'r1').id).toBe('0b1c-4d-2')
  })
})
