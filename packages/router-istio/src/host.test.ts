import { expect, test } from 'vitest'
import { fullHost } from './host.js'

const scope = { namespace: 'shop', clusterDomain: 'cluster.local' }

test('A host without a dot is a Service of the namespace.', () => {
  expect(fullHost('aleph', scope)).toBe('aleph.shop.svc.cluster.local')
})

test('A host with a dot is literal, also one that looks like a short form of a Service.', () => {
  expect(fullHost('aleph.shop', scope)).toBe('aleph.shop')
  expect(fullHost('aleph.shop.svc', scope)).toBe('aleph.shop.svc')
})

test('A short host and the full name of the same Service are equal.', () => {
  expect(fullHost('aleph', scope)).toBe(fullHost('aleph.shop.svc.cluster.local', scope))
})

test('The same short host in two namespaces is two hosts.', () => {
  expect(fullHost('aleph', scope)).not.toBe(fullHost('aleph', { ...scope, namespace: 'bank' }))
})

test('The domain of the cluster is part of a full host.', () => {
  expect(fullHost('aleph', { ...scope, clusterDomain: 'corp.example' })).toBe('aleph.shop.svc.corp.example')
})
