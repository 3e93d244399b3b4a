import { describe, expect, test } from 'vitest'
import {
  after,
  check,
  facts,
  healthy,
  interval,
  kinds,
  now,
  policy,
  ready,
  seconds,
  sick,
  state,
  underWay,
  weightAsked,
  writes,
} from '../builders.js'

const before = state('Progressing')
const due = state('Progressing', { nextCheckAt: now })

describe('A check', () => {
  test('begins when it is due', () => {
    expect(after(due).effects).toEqual([{ kind: 'measure', purpose: 'check' }])
  })

  test('is waited for until then', () => {
    const decision = after(state('Progressing', { nextCheckAt: now + 1 }))

    expect(decision.effects).toEqual([])
    expect(decision.wakeAt).toBe(now + 1)
  })

  test('is not begun twice', () => {
    const decision = after(due, { readings: check(due, 1, { ...underWay, metrics: {} }) })

    expect(decision.effects).toEqual([])
  })

  test('is followed by the next one an interval later', () => {
    const recent = check(before, 1.1, { startedAt: now - seconds(1) })

    const decision = after(before, { readings: recent, process: facts({ heldSince: now - seconds(2) }) })

    expect(decision.state.nextCheckAt).toBe(now + interval)
  })

  test.each(['Progressing', 'Holding', 'Paused', 'Frozen'] as const)('goes on in %s', phase => {
    expect(kinds(after(state(phase, { nextCheckAt: now })))).toEqual(['measure'])
  })

  test.each(['Waiting', 'Promoting', 'RollingBack', 'Promoted', 'RolledBack', 'Invalid'] as const)(
    'is not made in %s',
    phase => {
      expect(kinds(after(state(phase, { nextCheckAt: now })))).not.toContain('measure')
    },
  )

  test.each(['Waiting', 'Baselining'] as const)('is not made while paused in %s', from => {
    const paused = state('Paused', { weight: 0, from: 0, pause: { from }, nextCheckAt: now })

    expect(kinds(after(paused))).not.toContain('measure')
  })

  test('is not made while the routes are gone', () => {
    expect(kinds(after(due, { traffic: { state: 'missing', reason: 'no VirtualService' } }))).toEqual([])
  })
})

describe('After a new weight', () => {
  const raised = state('Progressing', { nextCheckAt: now - seconds(1), decidedAt: now - seconds(11) })

  test('the check is one interval after the write was answered', () => {
    const wrote = { at: now - interval + 1, step: raised.step }

    const decision = after(raised, { process: facts({ wrote, heldSince: wrote.at }) })

    expect(decision.effects).toEqual([])
    expect(decision.wakeAt).toBe(now + 1)
  })

  test('the check begins when that interval is over', () => {
    const wrote = { at: now - interval, step: raised.step }

    expect(kinds(after(raised, { process: facts({ wrote, heldSince: wrote.at }) }))).toEqual(['measure'])
  })

  test('an answer to an earlier weight delays nothing', () => {
    const wrote = { at: now - 1, step: raised.step - 1 }

    expect(kinds(after(raised, { process: facts({ wrote }) }))).toEqual(['measure'])
  })

  test('settle delays the check further', () => {
    const settling = policy({ settle: 30 })
    const wrote = { at: now - interval, step: raised.step }

    const decision = after({ ...raised, policy: settling }, { process: facts({ wrote, heldSince: wrote.at }) })

    expect(decision.effects).toEqual([])
    expect(decision.wakeAt).toBe(now + seconds(30))
  })
})

describe('A passed check', () => {
  test('adds one increment', () => {
    const decision = after(before, { readings: healthy(before) })

    expect(decision.state).toMatchObject({ phase: 'Progressing', weight: 25, from: 20, step: before.step + 1 })
    expect(writes(decision)).toEqual([{ kind: 'shift', weight: 25, token: 'rv-8' }])
    expect(decision.used).toBe(true)
  })

  test('plans the next check an interval and the settling time away', () => {
    const decision = after(before, { readings: healthy(before) }, policy({ settle: 4 }))

    expect(decision.state.nextCheckAt).toBe(now + interval + seconds(4))
  })

  test('never catches up: after a gap of an hour it is still one increment', () => {
    const late = state('Progressing', { nextCheckAt: now - seconds(3600), decidedAt: now - seconds(3700) })

    expect(weightAsked(after(late, { readings: healthy(late) }))).toBe(25)
  })

  test('is used for one increment only', () => {
    const readings = healthy(before)
    const raised = after(before, { readings }).state

    const decision = after(raised, { readings, traffic: ready(raised) })

    expect(decision.state.weight).toBe(25)
    expect(writes(decision)).toEqual([])
    expect(decision.used).toBe(true)
  })

  test('counts only at the weight it was measured at', () => {
    const decision = after(before, { readings: check(before, 1.1, { step: before.step - 1 }) })

    expect(decision.state.weight).toBe(20)
    expect(writes(decision)).toEqual([])
    expect(decision.used).toBe(true)
  })

  test('is dropped when the traffic moved while it was measured, and measured again at once', () => {
    const decision = after(before, { readings: check(before, 1.1, { generation: 7 }) })

    expect(decision.state.weight).toBe(20)
    expect(decision.used).toBe(true)
    expect(decision.effects).toEqual([{ kind: 'measure', purpose: 'check' }])
  })

  test.each(['Paused', 'Frozen'] as const)('is recorded in %s, and leads to nothing', phase => {
    const at = state(phase)

    const decision = after(at, { readings: check(at, 1.2) })

    expect(decision.state).toMatchObject({
      phase,
      weight: 20,
      reason: at.reason,
      metrics: { errors: { reading: 1.2 } },
    })
    expect(decision.used).toBe(true)
    expect(writes(decision)).toEqual([])
  })

  test('is not what no data amounts to, although the traffic moved while it was measured: that is said', () => {
    const decision = after(before, { readings: check(before, null, { generation: 7 }) })

    expect(decision.reason).toMatchObject({ code: 'holding_inconclusive', cause: 'no_data' })
  })

  test('raises nothing while the routes can not be read, also where the router knows no generations', () => {
    const readings = check(before, 1.1, { generation: undefined })

    const decision = after(before, { readings, traffic: { state: 'unknown', reason: 'no answer' } })

    expect(decision.state.weight).toBe(20)
    expect(writes(decision)).toEqual([])
  })

  test('waits for all its queries', () => {
    const two = policy({
      metrics: [
        { name: 'errors', metric: 'errors()', deviation: 0.5 },
        { name: 'latency', metric: 'latency()', deviation: 20 },
      ],
    })

    const decision = after({ ...before, policy: two }, { readings: check(before, 1.1, underWay) })

    expect(decision.state.weight).toBe(20)
    expect(decision.used).toBe(false)
    expect(decision.effects).toEqual([])
  })
})

describe('A weight counts as in effect since this process holds it', () => {
  const readings = check(before, 1.1, { startedAt: now - seconds(1) })
  const held = (since: number) => facts({ heldSince: now - seconds(1) - since })

  test('a reading one interval later raises', () => {
    expect(weightAsked(after(before, { readings, process: held(interval) }))).toBe(25)
  })

  test('a reading any earlier does not, and says that the check has passed', () => {
    const decision = after(before, { readings, process: held(interval - 1) })

    expect(writes(decision)).toEqual([])
    expect(decision.reason).toMatchObject({ code: 'check_passed', weight: 20 })
    expect(decision.used).toBe(true)
  })

  test('the settling time counts as well', () => {
    const settling = { ...before, policy: policy({ settle: 5 }) }

    expect(weightAsked(after(settling, { readings, process: held(interval + seconds(5) - 1) }))).toBeUndefined()
    expect(weightAsked(after(settling, { readings, process: held(interval + seconds(5)) }))).toBe(25)
  })
})

describe('A provider whose data lags behind', () => {
  const lagMs = seconds(3)
  const readings = check(before, 1.1, { startedAt: now - seconds(1), lagMs })
  const held = (since: number) => facts({ heldSince: now - seconds(1) - since })

  test('is believed a raise only when what it measured was a full interval at the weight', () => {
    expect(weightAsked(after(before, { readings, process: held(interval + lagMs - 1) }))).toBeUndefined()
    expect(weightAsked(after(before, { readings, process: held(interval + lagMs) }))).toBe(25)
  })

  test('is believed a rollback at once', () => {
    const unhealthy = check(before, 9, { lagMs })

    expect(weightAsked(after(before, { readings: unhealthy, process: held(0) }))).toBe(0)
  })
})

describe('After a restart', () => {
  const young = facts({ heldSince: now - seconds(1) })

  test('a due check runs at once', () => {
    expect(kinds(after(due, { process: young }))).toEqual(['measure'])
  })

  test('it can roll back', () => {
    const decision = after(due, { process: young, readings: sick(due) })

    expect(decision.state.phase).toBe('RollingBack')
    expect(weightAsked(decision)).toBe(0)
  })

  test('it can not raise: that takes a full interval', () => {
    const decision = after(due, { process: young, readings: healthy(due) })

    expect(writes(decision)).toEqual([])
    expect(decision.state).toMatchObject({ weight: 20, nextCheckAt: now + interval })
  })
})
