import { expect, test } from 'vitest'
import { destinationRule, splitting, viewOf, virtualService } from '../test/fixtures.js'
import type { ManagedFieldsEntry, VirtualService } from './objects.js'
import { type Layout, survey } from './survey.js'
import { lastWriter } from './writer.js'

const wrote = (manager: string, second: number, ...fields: string[]): ManagedFieldsEntry => ({
  manager,
  time: `2026-01-01T00:00:0${second}Z`,
  fieldsV1: { 'f:spec': Object.fromEntries(fields.map(field => [`f:${field}`, {}])) },
})

const layout = (
  ofService: ManagedFieldsEntry[],
  ofRule: ManagedFieldsEntry[] = [],
  spec: VirtualService['spec'] & object = { http: [splitting(100, 0)] },
): Layout => {
  const service = virtualService(spec)
  const rule = destinationRule()
  return survey(
    viewOf({
      virtualService: { ...service, metadata: { ...service.metadata, managedFields: ofService } },
      destinationRule: { ...rule, metadata: { ...rule.metadata, managedFields: ofRule } },
    }),
  ) as Layout
}

test('The last writer is the newest owner of the list of our routes.', () => {
  const found = lastWriter(layout([wrote('birdwatch', 1, 'http'), wrote('kubectl-edit', 2, 'http')]), 'birdwatch')
  expect(found).toEqual({ name: 'kubectl-edit', self: false })
})

test('The order of the entries says nothing, their times do.', () => {
  const found = lastWriter(layout([wrote('birdwatch', 5, 'http'), wrote('argocd', 2, 'http')]), 'birdwatch')
  expect(found).toEqual({ name: 'birdwatch', self: true })
})

test('Who owns other fields only is no writer of ours, however recent.', () => {
  const status = { manager: 'pilot', time: '2026-01-01T00:00:09Z', fieldsV1: { 'f:status': { 'f:http': {} } } }
  const others = [wrote('helm', 8, 'hosts'), wrote('team', 7, 'tcp'), status]
  expect(lastWriter(layout([wrote('birdwatch', 1, 'http'), ...others]), 'birdwatch')?.self).toBe(true)
})

test('Every list with a route of ours counts.', () => {
  const both = { http: [splitting(100, 0)], tcp: [splitting(100, 0)] }
  const found = lastWriter(layout([wrote('birdwatch', 1, 'http'), wrote('team', 7, 'tcp')], [], both), 'birdwatch')
  expect(found?.name).toBe('team')
})

test('Who changed the subsets last is named too: a foreign label is a change of the traffic.', () => {
  const found = lastWriter(layout([wrote('birdwatch', 1, 'http')], [wrote('argocd', 3, 'subsets')]), 'birdwatch')
  expect(found).toEqual({ name: 'argocd', self: false })
})

test('Who changed the rest of the DestinationRule is not.', () => {
  const found = lastWriter(layout([wrote('birdwatch', 1, 'http')], [wrote('argocd', 3, 'trafficPolicy')]), 'birdwatch')
  expect(found?.self).toBe(true)
})

test('Within one second, the writer of the routes comes before the writer of the subsets.', () => {
  const entries = [wrote('birdwatch', 1, 'http')]
  expect(lastWriter(layout(entries, [wrote('kubectl', 1, 'subsets')]), 'birdwatch')?.name).toBe('birdwatch')
  expect(lastWriter(layout([wrote('kubectl', 1, 'http')], entries), 'birdwatch')?.name).toBe('kubectl')
})

test('Within one second, somebody else comes before us: people win.', () => {
  const both = { http: [splitting(100, 0)], tcp: [splitting(100, 0)] }
  const entries = [wrote('birdwatch', 1, 'http'), wrote('team', 1, 'tcp')]
  expect(lastWriter(layout(entries, [], both), 'birdwatch')?.name).toBe('team')
  expect(lastWriter(layout(entries.toReversed(), [], both), 'birdwatch')?.name).toBe('team')
})

test('Where only the subsets tell a writer, that one is named.', () => {
  expect(lastWriter(layout([], [wrote('argocd', 1, 'subsets')]), 'birdwatch')?.name).toBe('argocd')
})

test('Without a name the writer is unknown, and without managed fields nobody is named.', () => {
  const nameless = [{ fieldsV1: { 'f:spec': { 'f:http': {} } } }]
  expect(lastWriter(layout(nameless), 'birdwatch')).toEqual({ name: 'unknown', self: false })
  expect(lastWriter(layout([]), 'birdwatch')).toBeUndefined()
  expect(lastWriter(layout([{ manager: 'old' }]), 'birdwatch')).toBeUndefined()
})
