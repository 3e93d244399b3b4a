import { expect, test } from 'vitest'
import { claimed, released } from './lease-record.js'

const wallTimeMs = Date.parse('2026-11-23T10:00:00.25Z')
const claim = { identity: 'me', leaseDurationMs: 15_000, wallTimeMs }
const now = '2026-11-23T10:00:00.250000Z'

test('the first claim begins with transition 0, times have the six decimals of MicroTime', () => {
  expect(claimed(undefined, claim)).toEqual({
    holderIdentity: 'me',
    leaseDurationSeconds: 15,
    acquireTime: now,
    renewTime: now,
    leaseTransitions: 0,
  })
})

test('a claim after another holder is a transition', () => {
  const spec = { holderIdentity: 'other', leaseTransitions: 6, acquireTime: 'then', renewTime: 'then' }

  expect(claimed(spec, claim)).toMatchObject({ holderIdentity: 'me', leaseTransitions: 7, acquireTime: now })
})

test('a claim after a release is a transition', () => {
  expect(claimed({ leaseTransitions: 6 }, claim)).toMatchObject({ leaseTransitions: 7 })
})

test('a renewal keeps when and how the term began', () => {
  const spec = { holderIdentity: 'me', leaseTransitions: 6, acquireTime: 'then', renewTime: 'then' }

  expect(claimed(spec, claim)).toMatchObject({ leaseTransitions: 6, acquireTime: 'then', renewTime: now })
})

test('a duration that is no whole number of seconds is rounded up: others rather wait longer', () => {
  expect(claimed(undefined, { ...claim, leaseDurationMs: 2_500 }).leaseDurationSeconds).toBe(3)
})

test('fields this package does not know are kept', () => {
  const spec = { holderIdentity: 'other', strategy: 'OldestEmulationVersion' }

  expect(claimed(spec, claim)).toMatchObject({ strategy: 'OldestEmulationVersion' })
})

test('a released record has no holder, and makes nobody wait', () => {
  const spec = { holderIdentity: 'me', leaseDurationSeconds: 15, leaseTransitions: 6, acquireTime: 'then' }

  expect(released(spec, wallTimeMs)).toEqual({
    leaseDurationSeconds: 1,
    leaseTransitions: 6,
    acquireTime: 'then',
    renewTime: now,
  })
})
