import { expect, test } from 'vitest'
import type { KubeObject } from '../api/object.js'
import { countPods, planPods, templateHash } from './plan.js'

const metadata = { name: 'd', uid: 'u', resourceVersion: '1', creationTimestamp: '' }
const deployment = (replicas: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata,
  spec: { replicas, template: {} },
})
const hash = templateHash(deployment(1))

interface Traits {
  old?: boolean
  ready?: boolean
  leaving?: boolean
}

const pod = (name: string, { old = false, ready = true, leaving = false }: Traits = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...metadata,
    name,
    labels: { 'pod-template-hash': old ? 'before' : hash },
    ...(leaving && { deletionTimestamp: '2030-01-01T00:00:00Z' }),
  },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
})

const plan = (replicas: number, ...pods: KubeObject[]) => {
  const { create, remove } = planPods(deployment(replicas), pods)
  return { create, remove: remove.map(({ metadata: { name } }) => name) }
}

test('adds the pods that are missing', () => {
  expect(plan(3, pod('a'))).toEqual({ create: 2, remove: [] })
})

test('removes the pods that are too many, those that do not work first', () => {
  expect(plan(1, pod('a'), pod('b', { ready: false }))).toEqual({ create: 0, remove: ['b'] })
})

test('starts all pods of a new template at once, and keeps the old ones until they are available', () => {
  expect(plan(2, pod('a', { old: true }), pod('b', { old: true }))).toEqual({ create: 2, remove: [] })
})

test('takes an old pod away for each new one that is available', () => {
  const old = [pod('a', { old: true }), pod('b', { old: true })]
  expect(plan(2, ...old, pod('c'), pod('d', { ready: false }))).toEqual({ create: 0, remove: ['a'] })
})

test('takes an old pod that does not work away at once', () => {
  expect(plan(1, pod('a', { old: true, ready: false }))).toEqual({ create: 1, remove: ['a'] })
})

test('does not count a pod that is leaving', () => {
  expect(plan(1, pod('a', { leaving: true }))).toEqual({ create: 1, remove: [] })
})

test('the template is another one when anything in it changes, not when the number does', () => {
  const other: KubeObject = { ...deployment(1), spec: { template: { metadata: { labels: { a: 'b' } } } } }
  expect(templateHash(other)).not.toBe(hash)
  expect(templateHash(deployment(5))).toBe(hash)
})

test('counts what a status tells', () => {
  const pods = [pod('a'), pod('b', { ready: false }), pod('c', { old: true }), pod('d', { leaving: true })]
  expect(countPods(deployment(2), pods)).toEqual({ replicas: 3, updated: 2, available: 2, availableUpdated: 1 })
})
