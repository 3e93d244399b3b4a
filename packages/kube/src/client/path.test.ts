import { expect, test } from 'vitest'
import { resourcePath } from './path.js'

test('a collection of a group', () => {
  expect(resourcePath({ group: 'apps', version: 'v1', plural: 'deployments' })).toBe('/apis/apps/v1/deployments')
})

test('an object of the core group in a namespace', () => {
  const path = resourcePath({ group: '', version: 'v1', plural: 'services', namespace: 'birds', name: 'aleph' })

  expect(path).toBe('/api/v1/namespaces/birds/services/aleph')
})

test('a subresource', () => {
  const ref = { group: 'otomato.link', version: 'v1alpha1', plural: 'birdwatches', namespace: 'n', name: 'a' }

  expect(resourcePath({ ...ref, subresource: 'status' })).toBe(
    '/apis/otomato.link/v1alpha1/namespaces/n/birdwatches/a/status',
  )
})

test('every part is escaped, so a name cannot lead elsewhere', () => {
  expect(resourcePath({ group: '', version: 'v1', plural: 'pods', name: '../secrets?x#y' })).toBe(
    '/api/v1/pods/..%2Fsecrets%3Fx%23y',
  )
})
