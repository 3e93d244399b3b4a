import { expect, test } from 'vitest'
import { destinationRule, splitting, target, to, virtualService } from '../test/fixtures.js'
import type { Route, VirtualService } from './objects.js'
import { sharedSubsets } from './shared-subsets.js'

const full = 'aleph.default.svc.cluster.local'
const own = (...http: Route[]) => virtualService({ http })
const other = (http: Route[], namespace = 'default'): VirtualService => ({
  metadata: { name: 'gateway', namespace, resourceVersion: '1' },
  spec: { http },
})

test('The routes that are shifted share nothing.', () => {
  expect(sharedSubsets([own(splitting(100, 0), splitting(7, 0))], target)).toEqual([])
})

test('A route that is pinned to one subset shares it.', () => {
  expect(sharedSubsets([own(splitting(100, 0), { name: 'testers', route: [to('canary')] })], target)).toEqual([
    { virtualService: 'default/aleph', route: 'http[1] (testers)', subset: 'canary', mirrored: false },
  ])
})

test('A mirror shares the subset that it copies to, in either form, even beside a split.', () => {
  const mirror = { host: 'aleph', subset: 'canary' }
  const uses = sharedSubsets([own({ ...splitting(100, 0), mirror, mirrors: [{ destination: mirror }, {}] })], target)
  expect(uses.map(({ mirrored }) => mirrored)).toEqual([true, true])
})

test('Another VirtualService shares what it uses, also with both destinations: it is not shifted.', () => {
  const uses = sharedSubsets([own(splitting(100, 0)), other([splitting(100, 0)])], target)
  expect(uses.map(({ virtualService: name, subset }) => `${name} ${subset}`)).toEqual([
    'default/gateway production',
    'default/gateway canary',
  ])
})

test('A VirtualService of our name in another namespace is another one.', () => {
  const far = own({ route: [to('production', 99, full), to('canary', 1, full)] })
  const uses = sharedSubsets([{ ...far, metadata: { ...far.metadata, namespace: 'bank' } }], target)
  expect(uses).toMatchObject([
    { virtualService: 'bank/aleph', subset: 'production' },
    { virtualService: 'bank/aleph', subset: 'canary' },
  ])
})

test('A short host means the Service of the namespace in which it is written.', () => {
  expect(sharedSubsets([other([{ route: [to('canary')] }], 'bank')], target)).toEqual([])
  expect(sharedSubsets([other([{ route: [to('canary', 1, full)] }], 'bank')], target)).toHaveLength(1)
})

test('Other hosts, other subsets and no subset are nobody’s business.', () => {
  const routes = [{ route: [to('canary', 1, 'beth'), to('v2', 1), { destination: { host: 'aleph' } }, {}] }, {}]
  expect(sharedSubsets([other(routes)], target)).toEqual([])
})

test('The host is the service where the DestinationRule tells none.', () => {
  const { metadata } = destinationRule()
  expect(sharedSubsets([other([{ route: [to('canary')] }])], target, { destinationRule: { metadata } })).toHaveLength(1)
})

test('The host is the one of the DestinationRule when there is one, in the domain of the cluster.', () => {
  const rule = { ...destinationRule(), spec: { host: 'beth' } }
  const uses = [other([{ route: [to('canary', 1, 'beth.default.svc.corp.example')] }], 'bank')]
  expect(sharedSubsets(uses, target, { destinationRule: rule, clusterDomain: 'corp.example' })).toHaveLength(1)
  expect(sharedSubsets(uses, target, { destinationRule: rule })).toEqual([])
})
