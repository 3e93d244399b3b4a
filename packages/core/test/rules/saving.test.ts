import { describe, expect, test } from 'vitest'
import {
  after,
  check,
  command,
  facts,
  foreign,
  healthy,
  now,
  policy,
  ready,
  seconds,
  sick,
  state,
  underWay,
} from '../builders.js'

const before = state('Progressing')
/** Too young a weight for a passed check to raise it. */
const young = facts({ heldSince: now - seconds(2) })
const checked = after(before, { readings: check(before, 1.1), process: young }).state

describe('A decision that changes nothing', () => {
  test.each(['Waiting', 'Baselining', 'Progressing', 'Holding', 'Paused', 'Frozen', 'Promoted', 'RolledBack'] as const)(
    'is not saved in %s',
    phase => {
      expect(after(after(state(phase)).state).save).toBe('no')
    },
  )

  test('is not saved while a check is under way', () => {
    expect(after(before, { readings: check(before, 1, { ...underWay, metrics: {} }) }).save).toBe('no')
  })

  test('is not saved while a write is repeated', () => {
    expect(after(state('RollingBack')).save).toBe('no')
    expect(after(state('Promoting')).save).toBe('no')
  })
})

describe('A check that decides nothing', () => {
  test('is saved soon when only its numbers are new', () => {
    expect(after(checked, { readings: check(checked, 1.2), process: young }).save).toBe('soon')
  })

  test('is saved now when a verdict is', () => {
    const decision = after(checked, { readings: check(checked, null), process: young })

    expect(decision.state.metrics.errors?.verdict).toBe('inconclusive')
    expect(decision.save).toBe('now')
  })
})

describe('What a sick canary leads to holds at once, and is saved beside:', () => {
  test('a check that counts towards failures', () => {
    expect(after(before, { readings: sick(before) }, policy({ failures: 3 })).save).toBe('beside')
  })

  test('a freeze', () => {
    expect(after(before, { readings: sick(before) }, policy({ ifUnhealthy: 'freeze' })).save).toBe('beside')
  })

  test('a rollback', () => {
    expect(after(before, { readings: sick(before) }).save).toBe('beside')
  })

  test('a rollback by command', () => {
    expect(after(before, { command: command('abort') }).save).toBe('beside')
  })
})

describe('A canary that stays unhealthy while hands are off', () => {
  test.each([
    ['Frozen', state('Frozen'), policy()],
    ['Paused*', state('Paused', { pause: { from: 'Progressing', foreign: { weight: 20 } } }), policy()],
    ['observe', state('Progressing', { policy: policy({ mode: 'observe' }) }), policy({ mode: 'observe' })],
  ])('is not saved at every check in %s', (_, at, wanted) => {
    const traffic = foreign(at)
    const first = after(at, { traffic, readings: sick(at) }, wanted).state
    const second = after(first, { traffic, readings: sick(first) }, wanted).state

    expect(after(second, { traffic, readings: sick(second) }, wanted).save).not.toBe('now')
  })
})

describe('What must not be lost is saved now:', () => {
  test('a new weight', () => {
    expect(after(before, { readings: healthy(before) }).save).toBe('now')
  })

  test('a new phase', () => {
    expect(after(before, { command: command('pause') }).save).toBe('now')
  })

  test('the end of a rollback', () => {
    const rollingBack = state('RollingBack')

    expect(after(rollingBack, { traffic: ready(rollingBack, { weight: 0 }) }).save).toBe('now')
  })

  test('an edit of the policy', () => {
    expect(after(before, {}, policy({ failures: 2 })).save).toBe('now')
  })

  test('a refused command', () => {
    expect(after(before, { command: command('retry') }).save).toBe('now')
  })

  test('something to tell', () => {
    const stuck = { ...before, progressAt: now - seconds(1800) }

    expect(after(stuck).save).toBe('now')
  })
})
