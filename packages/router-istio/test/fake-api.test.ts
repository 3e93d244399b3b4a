import { beforeEach, describe, expect, test } from 'vitest'
import type { Operation } from '../src/objects.js'
import { FakeApi } from './fake-api.js'
import { virtualServiceRef as ref, splitting, virtualService, weightsTo } from './fixtures.js'

/** The facts of a real API server on which the router rests; they were measured there. */

let api: FakeApi
const signal = new AbortController().signal
const patch = (operations: readonly Operation[], fieldManager = 'birdwatch') =>
  api.patch(ref, operations, { fieldManager, signal })
const guard = (value: string): Operation => ({ op: 'replace', path: '/metadata/resourceVersion', value })
const owners = () =>
  Object.fromEntries(
    (api.peek(ref).metadata.managedFields ?? []).map(({ manager, fieldsV1 }) => [
      manager,
      Object.keys((fieldsV1?.['f:spec'] as object) ?? {}),
    ]),
  )

beforeEach(() => {
  api = new FakeApi()
  api.create('VirtualService', { ...virtualService({ http: [splitting(90, 10)], tcp: [] }) })
})

describe('a patch', () => {
  test('It raises the resourceVersion and, when the spec changed, the generation.', async () => {
    const before = api.peek(ref).metadata
    await patch(weightsTo(80, 20))
    const after = api.peek(ref).metadata
    expect(Number(after.resourceVersion)).toBeGreaterThan(Number(before.resourceVersion))
    expect(after.generation).toBe((before.generation ?? 0) + 1)
  })

  test('It leaves the generation when only metadata changed.', async () => {
    const before = api.peek(ref).metadata
    api.edit(ref, [{ op: 'add', path: '/metadata/labels', value: { team: 'a' } }])
    const after = api.peek(ref).metadata
    expect(after.resourceVersion).not.toBe(before.resourceVersion)
    expect(after.generation).toBe(before.generation)
  })

  test('It leaves everything when it changes nothing.', async () => {
    const before = api.peek(ref)
    await patch(weightsTo(90, 10))
    expect(api.peek(ref)).toEqual(before)
  })

  test('A stale resourceVersion in it is 409, the present one is fine.', async () => {
    const { resourceVersion } = api.peek(ref).metadata
    await patch([guard(resourceVersion), ...weightsTo(80, 20)])
    await expect(patch([guard(resourceVersion), ...weightsTo(70, 30)])).rejects.toMatchObject({ status: 409 })
  })

  test('A failed test and a missing path are both 422, even when the resourceVersion is stale too.', async () => {
    const wrong: Operation = { op: 'test', path: '/spec/http/0/route/0/destination/host', value: 'beth' }
    const lost: Operation = { op: 'replace', path: '/spec/http/7/route/0/weight', value: 1 }
    await expect(patch([guard('1'), wrong])).rejects.toMatchObject({ status: 422 })
    await expect(patch([guard('1'), lost])).rejects.toMatchObject({ status: 422 })
  })

  test('A changed weight owns the whole list, and takes it from whoever had it.', async () => {
    expect(owners()).toEqual({ 'kubectl-create': ['f:http', 'f:tcp'] })
    await patch(weightsTo(80, 20))
    expect(owners()).toEqual({ 'kubectl-create': ['f:tcp'], birdwatch: ['f:http'] })
  })

  test('An object that is not there is 404.', async () => {
    api.remove(ref)
    await expect(patch(weightsTo(80, 20))).rejects.toMatchObject({ status: 404 })
  })
})

describe('the cache', () => {
  test('It hears of an edit at once, or when it is delivered.', () => {
    api.lagging = true
    api.edit(ref, weightsTo(80, 20))
    expect(api.get(ref)?.spec?.http).toEqual([splitting(90, 10)])
    api.deliver()
    expect(api.get(ref)?.spec?.http).toEqual([splitting(80, 20)])
  })

  test('It holds what was read and what was answered, however it lags.', async () => {
    api.lagging = true
    api.edit(ref, weightsTo(80, 20))
    await api.read(ref, signal)
    expect(api.get(ref)?.spec?.http).toEqual([splitting(80, 20)])
    await patch(weightsTo(70, 30))
    expect(api.get(ref)?.spec?.http).toEqual([splitting(70, 30)])
  })

  test('It forgets what is gone, once it hears of it.', async () => {
    api.lagging = true
    api.remove(ref)
    expect(api.get(ref)).toBeDefined()
    expect(await api.read(ref, signal)).toBeUndefined()
    expect(api.get(ref)).toBeUndefined()
  })
})
