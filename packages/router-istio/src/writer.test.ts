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

const ofRoutes = (found: Layout) => lastWriter(found, 'routes', 'birdwatch')
const ofSubsets = (found: Layout) => lastWriter(found, 'subsets', 'birdwatch')

test('The writer of the routes is the newest owner of the list that holds them.', () => {
  const found = ofRoutes(layout([wrote('birdwatch', 1, 'http'), wrote('kubectl-edit', 2, 'http')]))
  expect(found).toEqual({ name: 'kubectl-edit', self: false })
})

test('The order of the entries says nothing, their times do.', () => {
  const found = ofRoutes(layout([wrote('birdwatch', 5, 'http'), wrote('argocd', 2, 'http')]))
  expect(found).toEqual({ name: 'birdwatch', self: true })
})

test('Who owns other fields only is no writer of the routes, however recent.', () => {
  const status = { manager: 'pilot', time: '2026-01-01T00:00:09Z', fieldsV1: { 'f:status': { 'f:http': {} } } }
  const others = [wrote('helm', 8, 'hosts'), wrote('team', 7, 'tcp'), status]
  expect(ofRoutes(layout([wrote('birdwatch', 1, 'http'), ...others]))?.self).toBe(true)
})

test('Every list with a route of ours counts.', () => {
  const both = { http: [splitting(100, 0)], tcp: [splitting(100, 0)] }
  expect(ofRoutes(layout([wrote('birdwatch', 1, 'http'), wrote('team', 7, 'tcp')], [], both))?.name).toBe('team')
})

test('The writer of the subsets is named for them, however recent the routes are, and the other way round.', () => {
  const found = layout([wrote('birdwatch', 3, 'http')], [wrote('argocd', 1, 'subsets')])
  expect(ofSubsets(found)).toEqual({ name: 'argocd', self: false })
  expect(ofRoutes(layout([wrote('birdwatch', 1, 'http')], [wrote('argocd', 3, 'subsets')]))?.self).toBe(true)
})

test('Who changed the rest of the DestinationRule is not the writer of the subsets.', () => {
  const rule = [wrote('birdwatch', 1, 'subsets'), wrote('argocd', 3, 'trafficPolicy')]
  expect(ofSubsets(layout([], rule))?.self).toBe(true)
})

test('Within one second, somebody else comes before us: people win.', () => {
  const both = { http: [splitting(100, 0)], tcp: [splitting(100, 0)] }
  const entries = [wrote('birdwatch', 1, 'http'), wrote('team', 1, 'tcp')]
  expect(ofRoutes(layout(entries, [], both))?.name).toBe('team')
  expect(ofRoutes(layout(entries.toReversed(), [], both))?.name).toBe('team')
})

test('Where one of them tells no writer, that of the other is named.', () => {
  expect(ofRoutes(layout([], [wrote('argocd', 1, 'subsets')]))?.name).toBe('argocd')
  expect(ofSubsets(layout([wrote('argocd', 1, 'http')], []))?.name).toBe('argocd')
})

test('Without a name the writer is unknown, and without managed fields nobody is named.', () => {
  const nameless = [{ fieldsV1: { 'f:spec': { 'f:http': {} } } }]
  expect(ofRoutes(layout(nameless))).toEqual({ name: 'unknown', self: false })
  expect(ofRoutes(layout([]))).toBeUndefined()
  expect(ofRoutes(layout([{ manager: 'old' }, { fieldsV1: { 'f:spec': null } }]))).toBeUndefined()
})
