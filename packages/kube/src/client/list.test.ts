import { expect, test } from 'vitest'
import { caught } from '../../test/caught.js'
import { answerJson, startServer } from '../../test/server.js'
import { createClient } from './client.js'

const path = '/api/v1/pods'
const expired = { kind: 'Status', code: 410, reason: 'Expired' }

/** Serves the items 1 to `total`; a continue token is the number of the next item, and `lost` are those it forgot. */
async function startPods(total: number, lost: string[] = []) {
  const server = await startServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://server')
    const token = searchParams.get('continue') ?? '1'
    if (lost.includes(token)) return answerJson(response, expired, 410)
    const from = Number(token)
    const limit = Number(searchParams.get('limit') ?? total)
    const items = Array.from({ length: Math.min(limit, total - from + 1) }, (_, index) => ({ id: from + index }))
    const next = from + items.length <= total ? String(from + items.length) : undefined
    answerJson(response, { metadata: { resourceVersion: '77', continue: next }, items })
  })
  return { server, client: createClient({ server: server.url }) }
}

const queries = (requests: readonly string[]) => requests.map(request => request.split('?')[1] ?? '')

test('a list reads all pages, and names no version: the server must answer with the present', async () => {
  const { server, client } = await startPods(5)

  const { items, resourceVersion } = await client.list(path, { pageSize: 2 })

  expect(items).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }, { id: 5 }])
  expect(resourceVersion).toBe('77')
  expect(queries(server.requests)).toEqual(['limit=2', 'limit=2&continue=3', 'limit=2&continue=5'])
})

test('pages have 500 objects', async () => {
  const { server, client } = await startPods(3)

  await client.list(path)

  expect(queries(server.requests)).toEqual(['limit=500'])
})

test('selectors go with every page', async () => {
  const { server, client } = await startPods(2)

  await client.list(path, { pageSize: 1, labelSelector: 'a=b', fieldSelector: 'c=d' })

  expect(queries(server.requests)).toEqual([
    'labelSelector=a%3Db&fieldSelector=c%3Dd&limit=1',
    'labelSelector=a%3Db&fieldSelector=c%3Dd&limit=1&continue=2',
  ])
})

test('objects are projected as they come', async () => {
  const { client } = await startPods(2)

  const { items } = await client.list(path, { project: (pod: { id: number }) => pod.id * 10 })

  expect(items).toEqual([10, 20])
})

test('a continue token that expires makes it ask for everything at once', async () => {
  const { server, client } = await startPods(5, ['3'])

  const { items } = await client.list(path, { pageSize: 2 })

  expect(items).toHaveLength(5)
  expect(queries(server.requests)).toEqual(['limit=2', 'limit=2&continue=3', ''])
})

test('a list that is gone even as a whole is KUBE_GONE', async () => {
  const { client } = await startPods(5, ['1'])

  expect(await caught(client.list(path))).toMatchObject({ code: 'KUBE_GONE', verb: 'list' })
})

test('a page that fails fails the list', async () => {
  const { server, client } = await startPods(5)
  await server.stop()

  expect(await caught(client.list(path))).toMatchObject({ code: 'KUBE_UNREACHABLE', verb: 'list' })
})

test('a list without items is empty: the server sends null', async () => {
  const server = await startServer((_, response) => answerJson(response, { metadata: {}, items: null }))

  const list = await createClient({ server: server.url }).list(path)

  expect(list).toEqual({ items: [], resourceVersion: '' })
})
