import { describe, expect, test } from 'vitest'
import { destinationRule } from '../test/fixtures.js'
import { guarded, versionOperations, weightOperations } from './patch.js'
import type { Portion } from './routes.js'
import { findSubset, type SubsetAt } from './subsets.js'

const portion = (place: number, subset: string, weight?: number): Portion => ({
  path: `/spec/http/0/route/${place}`,
  destination: { host: 'aleph', subset },
  weight,
})

describe('weightOperations', () => {
  test('The destinations are tested by host and subset before any of their weights is written.', () => {
    const wishes = [
      { portion: portion(0, 'production', 100), weight: 90 },
      { portion: portion(1, 'canary', 0), weight: 10 },
    ]
    expect(weightOperations(wishes)).toEqual([
      { op: 'test', path: '/spec/http/0/route/0/destination/host', value: 'aleph' },
      { op: 'test', path: '/spec/http/0/route/0/destination/subset', value: 'production' },
      { op: 'test', path: '/spec/http/0/route/1/destination/host', value: 'aleph' },
      { op: 'test', path: '/spec/http/0/route/1/destination/subset', value: 'canary' },
      { op: 'replace', path: '/spec/http/0/route/0/weight', value: 90 },
      { op: 'replace', path: '/spec/http/0/route/1/weight', value: 10 },
    ])
  })

  test('A weight that was left out is added, because there is nothing to replace.', () => {
    expect(weightOperations([{ portion: portion(1, 'canary'), weight: 10 }]).at(-1)).toEqual({
      op: 'add',
      path: '/spec/http/0/route/1/weight',
      value: 10,
    })
  })

  test('A weight that is as it should be is not written, nor is a 0 that was left out.', () => {
    const wishes = [
      { portion: portion(0, 'production', 100), weight: 100 },
      { portion: portion(1, 'canary'), weight: 0 },
    ]
    expect(weightOperations(wishes)).toEqual([])
  })
})

test('A guard makes the patch valid for one version of the object, and comes first.', () => {
  const operation = { op: 'replace' as const, path: '/spec/http/0/route/0/weight', value: 90 }
  expect(guarded({ name: 'aleph', namespace: 'default', resourceVersion: '17' }, [operation])).toEqual([
    { op: 'replace', path: '/metadata/resourceVersion', value: '17' },
    operation,
  ])
})

describe('versionOperations', () => {
  const canary = findSubset(destinationRule(), 'canary') as SubsetAt

  test('The subset is tested by its name before its version is written.', () => {
    expect(versionOperations(canary, 'v05')).toEqual([
      { op: 'test', path: '/spec/subsets/1/name', value: 'canary' },
      { op: 'replace', path: '/spec/subsets/1/labels/version', value: 'v05' },
    ])
  })

  test('A version that is there already is not written.', () => {
    expect(versionOperations(canary, 'v04')).toEqual([])
  })
})
