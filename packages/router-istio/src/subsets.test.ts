import { describe, expect, test } from 'vitest'
import { destinationRule } from '../test/fixtures.js'
import type { Subset } from './objects.js'
import { findSubset, mismatch, type SubsetAt } from './subsets.js'

const rule = (...subsets: Subset[]) => ({ metadata: destinationRule().metadata, spec: { host: 'aleph', subsets } })
const canary = (labels: Record<string, string>) => findSubset(destinationRule({}, labels), 'canary') as SubsetAt

describe('findSubset', () => {
  test('A subset is found by its name, with its place and its version.', () => {
    expect(findSubset(destinationRule(), 'canary')).toMatchObject({ path: '/spec/subsets/1', version: 'v04' })
  })

  test('A subset that is not there is named, with those that are.', () => {
    expect(findSubset(rule({ name: 'v1' }, { name: 'v2' }), 'canary')).toMatch(/no subset canary.*v1, v2/)
    expect(findSubset({ metadata: destinationRule().metadata }, 'canary')).toMatch(/found: none/)
  })

  test('A subset that is there twice is not usable: which one counts is not clear.', () => {
    const twice = { name: 'canary', labels: { version: 'v04' } }
    expect(findSubset(rule(twice, twice), 'canary')).toMatch(/more than one subset canary/)
  })

  test.each([[undefined], [{}], [{ tier: 'web' }], [{ version: '' }]])(
    'A subset with the labels %j selects no version, and is not usable.',
    labels => {
      expect(findSubset(rule({ name: 'canary', ...(labels && { labels }) }), 'canary')).toMatch(/label version/)
    },
  )
})

describe('mismatch', () => {
  test('A subset fits pods that have all of its labels, and may have more.', () => {
    expect(mismatch(canary({ version: 'v04' }), 'v04', { version: 'v04', app: 'aleph' })).toBeUndefined()
  })

  test('The version counts as replaced: it is the other labels that must fit.', () => {
    expect(mismatch(canary({ version: 'v02' }), 'v04', { version: 'v04' })).toBeUndefined()
  })

  test('A label that differs is named with both values.', () => {
    expect(mismatch(canary({ version: 'v04', tier: 'web' }), 'v04', { version: 'v04', tier: 'api' })).toEqual({
      label: 'tier',
      wanted: 'web',
      found: 'api',
    })
  })

  test('A label that the pods do not have is named.', () => {
    expect(mismatch(canary({ version: 'v04', tier: 'web' }), 'v04', { version: 'v04' })).toMatchObject({
      label: 'tier',
      found: undefined,
    })
  })

  test('Pods of another version do not fit.', () => {
    expect(mismatch(canary({ version: 'v04' }), 'v05', { version: 'v04' })).toMatchObject({ label: 'version' })
  })
})
