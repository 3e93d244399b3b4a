import { canonical } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import { istioTarget, nameOf, readTarget, refOf } from './target.js'

const spec = { namespace: 'default', service: 'aleph', canaryVersion: 'v04' }

describe('istioTarget', () => {
  test('The subsets are called production and canary unless told otherwise.', () => {
    expect(istioTarget(spec).subsets).toEqual({ production: 'production', canary: 'canary' })
    expect(istioTarget({ ...spec, subsets: { canary: 'next' } }).subsets).toEqual({
      production: 'production',
      canary: 'next',
    })
  })

  test('A target is plain JSON that survives a store, and reads as the same target.', () => {
    const target = istioTarget(spec)
    const restored = JSON.parse(JSON.stringify(target))
    expect(canonical(readTarget(restored))).toBe(canonical(target))
  })

  test.each([
    ['namespace', { ...spec, namespace: '' }],
    ['service', { ...spec, service: '' }],
    ['canaryVersion', { ...spec, canaryVersion: '' }],
    ['subsets.production', { ...spec, subsets: { production: '' } }],
    ['subsets.canary', { ...spec, subsets: { canary: '' } }],
    ['subsets.canary', { ...spec, subsets: { production: 'same', canary: 'same' } }],
    ['subsets.canary', { ...spec, subsets: { canary: 'production' } }],
  ])('A target with a wrong %s is refused by that field.', (field, wrong) => {
    expect(() => istioTarget(wrong)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID', field }))
  })

  test.each([[null], ['aleph'], [7]])('The JSON %j is no target.', json => {
    expect(() => readTarget(json)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID', field: 'target' }))
  })

  test.each([[{}], [[]]])('The JSON %j is a target without its fields.', json => {
    expect(() => readTarget(json)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID', field: 'namespace' }))
  })
})

test('The VirtualService and the DestinationRule both have the name of the service, in its namespace.', () => {
  const target = istioTarget(spec)
  expect(nameOf(refOf('VirtualService', target))).toBe('VirtualService default/aleph')
  expect(nameOf(refOf('DestinationRule', target))).toBe('DestinationRule default/aleph')
})
