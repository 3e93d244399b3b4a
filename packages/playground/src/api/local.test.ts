import { expect, test } from 'vitest'
import { LocalApi } from './local.js'
import { ApiMachine } from './machine.js'

const path = '/api/v1/namespaces/default/configmaps'
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }

test('creates, reads, changes and deletes, under its own name', () => {
  const api = new LocalApi(new ApiMachine(), 'tester')
  const created = api.create(path, configMap)
  const changed = api.merge(`${path}/a`, { data: { k: 'v' } })
  expect(created.metadata.managedFields ?? []).toEqual([])
  expect(changed.metadata.managedFields).toMatchObject([{ manager: 'tester' }])
  expect(api.list(path)).toEqual([api.get(`${path}/a`)])
  api.delete(`${path}/a`)
  expect(api.get(`${path}/a`)).toBeUndefined()
})

test('deleting what is gone is no error; anything else that is refused is', () => {
  const api = new LocalApi(new ApiMachine(), 'tester')
  api.delete(`${path}/a`)
  expect(() => api.create(path, { kind: 'ConfigMap' })).toThrow(
    expect.objectContaining({ status: expect.objectContaining({ code: 400 }) }),
  )
  expect(() => api.list('/api/v1/nothing')).toThrow()
})

test('follows a collection: what is there, then every change', () => {
  const api = new LocalApi(new ApiMachine(), 'tester')
  const told: string[] = []
  api.create(path, configMap)
  const stop = api.follow(path, ({ type, object }) => told.push(`${type} ${object.metadata.name}`))
  api.merge(`${path}/a`, { data: { k: 'v' } })
  api.delete(`${path}/a`)
  stop()
  api.create(path, configMap)
  expect(told).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
})
