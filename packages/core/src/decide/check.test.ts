import { describe, expect, test } from 'vitest'
import { check, interval, now, seconds, snapshot, state, underWay } from '../../test/builders.js'
import type { Snapshot } from '../snapshot.js'
import { checkDue } from './check.js'

/** The check after the last one is planned for 5 s from now. */
const before = state('Progressing')
const due = (seen: Partial<Snapshot> = {}) => checkDue(before, snapshot(before, seen))

describe('The next check is due', () => {
  test('when it was planned', () => {
    expect(due()).toBe(now + seconds(5))
  })

  test('an interval after one whose outcome is not saved yet', () => {
    expect(due({ readings: check(before, 1.1) })).toBe(now + interval)
  })

  test('at no known time while one is under way', () => {
    expect(due({ readings: check(before, 1.1, underWay) })).toBeUndefined()
  })

  test('at no known time while there are no routes to shift', () => {
    expect(due({ traffic: { state: 'unknown', reason: 'no answer' } })).toBeUndefined()
  })
})
