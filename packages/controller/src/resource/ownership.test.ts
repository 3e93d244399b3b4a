import type { Phase } from '@birdwatch/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { birdWatch, rolloutState, seedSpec } from '../../test/support/samples.js'
import { type Claimant, refuseTaken } from './ownership.js'

const of = (name: string, phase?: Phase, created?: string): Claimant => ({
  resource: birdWatch(name, created === undefined ? {} : { created }),
  ...(phase === undefined ? {} : { state: rolloutState({ phase }) }),
})
const refused = (self: Claimant, ...others: Claimant[]) => refuseTaken(self, others) !== undefined

describe('A service belongs to', () => {
  it('the only BirdWatch that names it', () => {
    expect(refused(of('a'))).toBe(false)
  })

  it('the rollout in progress, even when the other is older', () => {
    expect(refused(of('old', 'Waiting', '2020-01-01T00:00:00Z'), of('new', 'Paused'))).toBe(true)
    expect(refused(of('new', 'Paused'), of('old', 'Waiting', '2020-01-01T00:00:00Z'))).toBe(false)
  })

  it('the older BirdWatch while nothing is in progress', () => {
    expect(refused(of('new', 'Waiting'), of('old', undefined, '2020-01-01T00:00:00Z'))).toBe(true)
    expect(refused(of('old', undefined, '2020-01-01T00:00:00Z'), of('new', 'Waiting'))).toBe(false)
  })

  it('the smaller uid when both are of the same age', () => {
    expect(refused(of('b'), of('a'))).toBe(true)
    expect(refused(of('a'), of('b'))).toBe(false)
  })

  it('a rollout in progress that began with it, though its spec names another one now', () => {
    const edited = { ...of('a', 'Progressing'), resource: birdWatch('a', { spec: { ...seedSpec, service: 'beth' } }) }
    expect(refused(of('b'), edited)).toBe(true)
  })
})

describe('A service does not belong to', () => {
  it.each<Phase>(['Promoted', 'RolledBack'])('an older rollout that is %s', phase => {
    expect(refused(of('new'), of('old', phase, '2020-01-01T00:00:00Z'))).toBe(false)
  })

  it('an older BirdWatch that names another service', () => {
    const other = { resource: birdWatch('a', { spec: { ...seedSpec, service: 'beth' } }) }
    expect(refused(of('b'), other)).toBe(false)
  })

  it('an older BirdWatch whose spec can not be used', () => {
    expect(refused(of('b'), { resource: birdWatch('a', { spec: { ...seedSpec, increment: 0 } as object }) })).toBe(
      false,
    )
  })

  it('an older BirdWatch that is being deleted', () => {
    const { metadata } = birdWatch('a')
    const deleting = birdWatch('a', { metadata: { ...metadata, deletionTimestamp: '2026-01-02T00:00:00Z' } })
    expect(refused(of('b'), { resource: deleting })).toBe(false)
  })
})

it('The refusal names the field and the BirdWatch that has the service', () => {
  expect(refuseTaken(of('b'), [of('a')])).toEqual({
    refused: {
      code: 'invalid',
      field: 'service',
      detail: 'aleph is rolled out by BirdWatch a; wait for it to end, or delete one of the two',
    },
  })
})

it('Of any number of BirdWatches that wait for one service, exactly one may begin', () => {
  const claimants = fc
    .uniqueArray(fc.nat(50), { minLength: 1, maxLength: 8 })
    .chain(ids =>
      fc.tuple(
        ...ids.map(id =>
          fc
            .record({ phase: fc.constantFrom<Phase>('Waiting', 'Invalid'), year: fc.integer({ min: 2020, max: 2023 }) })
            .map(({ phase, year }) => of(`n${id}`, phase, `${year}-01-01T00:00:00Z`)),
        ),
      ),
    )
  fc.assert(fc.property(claimants, all => all.filter(one => !refused(one, ...all)).length === 1))
})
