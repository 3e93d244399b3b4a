import { describe, expect, test } from 'vitest'
import {
  after,
  check,
  command,
  facts,
  interval,
  kinds,
  now,
  policy,
  ready,
  seconds,
  sick,
  state,
  told,
  underWay,
  value,
  weightAsked,
  writes,
} from '../builders.js'

/** A raise from 20 to 25 that is saved; the traffic still shows 20, of the generation at the save. */
const before = state('Progressing', {
  weight: 25,
  from: 20,
  decidedAt: now - seconds(1),
  nextCheckAt: now + seconds(9),
  reason: { code: 'raised', from: 20, to: 25, limit: 100, metrics: [] },
})
const traffic = ready(before, { weight: 20, generation: 7 })
const atFrom = { step: before.fromStep, generation: 7 }

describe('A raise that is saved and not applied', () => {
  test('is applied, guarded by the version that was seen', () => {
    const decision = after(before, { traffic })

    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 25, token: 'rv-8' }])
    expect(decision.state).toMatchObject({ weight: 25, step: before.step })
  })

  test('is applied again after an unrelated edit of the same objects', () => {
    expect(weightAsked(after(before, { traffic: { ...traffic, generation: 8, token: 'rv-9' } }))).toBe(25)
  })

  test('is looked at again at the latest when its interval is over', () => {
    expect(after(before, { traffic }).wakeAt).toBe(before.decidedAt + interval)
  })

  test('is withdrawn when it is older than one interval', () => {
    const late = { ...before, decidedAt: now - interval }

    const decision = after(late, { traffic })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, step: before.step + 1 })
    expect(decision.reason).toMatchObject({ code: 'raise_withdrawn', from: 25, to: 20 })
    expect(writes(decision)).toEqual([])
    expect(told(decision, late)).toEqual([])
  })

  test('is looked up before it is withdrawn while it may have been carried out unseen', () => {
    const late = { ...before, decidedAt: now - interval }
    const unsure = after(late, { traffic, process: facts({ certain: false }) })

    expect(unsure.effects).toEqual([{ kind: 'look' }])
    expect(unsure.state).toMatchObject({ weight: 25, step: before.step })

    const looked = facts({ certain: false, live: true })
    expect(after(late, { traffic, process: looked }).reason.code).toBe('raise_withdrawn')
    expect(after(late, { traffic: ready(late), process: looked }).state).toMatchObject({
      weight: 25,
      step: before.step,
    })
  })

  test('leads to a full interval at the old weight when it was withdrawn', () => {
    const withdrawn = after({ ...before, decidedAt: now - interval }, { traffic }).state

    expect(withdrawn.nextCheckAt).toBe(now + interval)
    expect(kinds(after(withdrawn, { traffic }))).toEqual([])
  })

  test('does not count as its weight: nothing is measured', () => {
    expect(kinds(after({ ...before, nextCheckAt: now }, { traffic }))).toEqual(['shift'])
  })
})

test('A decrease that is saved and not applied is applied, however late: it is not withdrawn', () => {
  const lowered = { ...before, weight: 20, from: 25, decidedAt: now - 2 * interval }

  expect(weightAsked(after(lowered, { traffic: ready(lowered, { weight: 25, generation: 7 }) }))).toBe(20)
})

describe('Such a raise is withdrawn', () => {
  test('at pause', () => {
    const decision = after(before, { traffic, command: command('pause') })

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20, reason: { code: 'paused', weight: 20 } })
    expect(writes(decision)).toEqual([])
  })

  test('at the lock', () => {
    expect(after(before, { traffic }, policy({ paused: true })).state).toMatchObject({ phase: 'Paused', weight: 20 })
  })

  test('at freeze', () => {
    const readings = check(before, 9, atFrom)

    const decision = after(before, { traffic, readings }, policy({ ifUnhealthy: 'freeze' }))

    expect(decision.state).toMatchObject({ phase: 'Frozen', weight: 20, reason: { weight: 20 } })
    expect(writes(decision)).toEqual([])
  })

  test('at abort, all the way', () => {
    const decision = after(before, { traffic, command: command('abort') })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0, from: 20 })
    expect(decision.effects).toContainEqual({ kind: 'rollback' })
  })

  test('with a new step, so that its readings stay apart', () => {
    const { state: paused } = after(before, { traffic, command: command('pause') })

    expect(paused.step).toBe(before.step + 1)
  })

  test('also when it is found to be unapplied only later', () => {
    const paused = state('Paused', { weight: 25, from: 20, decidedAt: now - seconds(1) })

    const decision = after(paused, { traffic })

    expect(decision.state).toMatchObject({ phase: 'Paused', weight: 20, reason: { code: 'raise_withdrawn' } })
    expect(writes(decision)).toEqual([])
  })

  test('and can not be resumed into', () => {
    const paused = after(before, { traffic, command: command('pause') }).state

    const decision = after(paused, { traffic, command: command('resume') })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20 })
    expect(writes(decision)).toEqual([])
  })
})

describe('A reading from before such a raise', () => {
  test('cancels it when it is unhealthy', () => {
    const decision = after(before, { traffic, readings: check(before, 9, atFrom) })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', weight: 0, reason: { code: 'unhealthy', weight: 20 } })
    expect(decision.effects).toEqual([{ kind: 'rollback' }])
    expect(decision.used).toBe(true)
  })

  test('cancels it when it is unhealthy and more failures are needed', () => {
    const decision = after(before, { traffic, readings: check(before, 9, atFrom) }, policy({ failures: 2 }))

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 20, failures: 1 })
    expect(decision.reason).toMatchObject({ code: 'holding_failures', weight: 20 })
    expect(writes(decision)).toEqual([])
  })

  test.each([
    ['healthy', value(1.1)],
    ['without data', value(null)],
  ])('is dropped when it is %s', (_, reading) => {
    const decision = after(before, { traffic, readings: check(before, reading, atFrom) })

    expect(decision.used).toBe(true)
    expect(decision.state).toMatchObject({ weight: 25, step: before.step })
    expect(weightAsked(decision)).toBe(25)
  })

  test('is waited for while its queries are under way: it may prove unhealthy', () => {
    const decision = after(before, { traffic, readings: check(before, 1.1, { ...atFrom, ...underWay, metrics: {} }) })

    expect(decision.used).toBe(false)
    expect(weightAsked(decision)).toBe(25)
  })

  test('is dropped once the raise is applied, unhealthy as it is', () => {
    const decision = after(before, { readings: check(before, 9, atFrom) })

    expect(decision.state.phase).toBe('Progressing')
    expect(decision.used).toBe(true)
  })

  test('of any other weight decides nothing', () => {
    const decision = after(before, { traffic, readings: { ...sick(before), step: before.fromStep - 1 } })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 25 })
  })
})
