import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { answerJson, readText, startServer } from '../../test/server.js'
import { createClient } from './client.js'

const path = '/api/v1/namespaces/default/configmaps'

interface Seen {
  method: string | undefined
  url: URL
  headers: IncomingHttpHeaders
  body: string
}

/** Answers every request with what it was. */
const echo: RequestListener = async (request, response) => {
  const { method, headers } = request
  answerJson(response, { method, url: `http://server${request.url}`, headers, body: await readText(request) })
}

async function startEcho() {
  const server = await startServer(echo)
  const client = createClient({ server: server.url, userAgent: 'starling/1.2' })
  return { server, client }
}

const queryOf = (seen: Seen) => Object.fromEntries(new URL(seen.url).searchParams)

test('a hundred requests in a row use one connection', async () => {
  const { server, client } = await startEcho()

  for (let count = 0; count < 100; count++) await client.get(path)

  expect(server.requests).toHaveLength(100)
  expect(server.connections).toBe(1)
})

test('requests at the same time use connections of their own, which later requests share', async () => {
  const { server, client } = await startEcho()

  await Promise.all([client.get(path), client.get(path), client.get(path)])
  await client.get(path)

  expect(server.connections).toBe(3)
})

test('every request carries the user agent and asks for JSON', async () => {
  const { client } = await startEcho()

  const seen = await client.get<Seen>(path)

  expect(seen).toMatchObject({ method: 'GET', headers: { 'user-agent': 'starling/1.2', accept: 'application/json' } })
})

test('create posts the object with the field manager named after the user agent', async () => {
  const { client } = await startEcho()

  const seen = await client.create<Seen>(path, { data: { key: 'välue' } })

  expect(seen).toMatchObject({ method: 'POST', body: '{"data":{"key":"välue"}}' })
  expect(seen.headers['content-type']).toBe('application/json')
  expect(queryOf(seen)).toEqual({ fieldManager: 'starling' })
})

test('replace puts the object, and a field manager of its own wins over that of the client', async () => {
  const { client } = await startEcho()

  const seen = await client.replace<Seen>(`${path}/one`, { data: {} }, { fieldManager: 'magpie' })

  expect(seen.method).toBe('PUT')
  expect(queryOf(seen)).toEqual({ fieldManager: 'magpie' })
})

test('a JSON patch has the content type of RFC 6902', async () => {
  const { client } = await startEcho()

  const seen = await client.patch<Seen>(`${path}/one`, [{ op: 'remove', path: '/data' }], { type: 'json' })

  expect(seen).toMatchObject({ method: 'PATCH', body: '[{"op":"remove","path":"/data"}]' })
  expect(seen.headers['content-type']).toBe('application/json-patch+json')
})

test('a merge patch may be a dry run', async () => {
  const { client } = await startEcho()

  const seen = await client.patch<Seen>(`${path}/one`, { data: null }, { type: 'merge', dryRun: true })

  expect(seen.headers['content-type']).toBe('application/merge-patch+json')
  expect(queryOf(seen)).toEqual({ fieldManager: 'starling', dryRun: 'All' })
})

test('an apply patch may be forced', async () => {
  const { client } = await startEcho()

  const seen = await client.patch<Seen>(`${path}/one`, { data: {} }, { type: 'apply', force: true })

  expect(seen.headers['content-type']).toBe('application/apply-patch+yaml')
  expect(queryOf(seen)).toEqual({ fieldManager: 'starling', force: 'true' })
})

test('delete sends its body', async () => {
  const { client } = await startEcho()

  const seen = await client.delete<Seen>(`${path}/one`, { body: { preconditions: { uid: 'u1' } } })

  expect(seen).toMatchObject({ method: 'DELETE', body: '{"preconditions":{"uid":"u1"}}' })
})

test('delete without a body sends none', async () => {
  const { client } = await startEcho()

  const seen = await client.delete<Seen>(`${path}/one`)

  expect(seen).toMatchObject({ method: 'DELETE', body: '' })
  expect(seen.headers['content-type']).toBeUndefined()
})

test('query parameters are escaped, and undefined ones left out', async () => {
  const { client } = await startEcho()

  const seen = await client.get<Seen>(path, { query: { labelSelector: 'app in (a,b)', limit: 1, pretty: undefined } })

  expect(queryOf(seen)).toEqual({ labelSelector: 'app in (a,b)', limit: '1' })
})

test('a server behind a path keeps its path', async () => {
  const server = await startServer(echo)
  const client = createClient({ server: `${server.url}/k8s/clusters/c1/` })

  const seen = await client.get<Seen>(path)

  expect(new URL(seen.url).pathname).toBe(`/k8s/clusters/c1${path}`)
})

test('close ends idle connections, and the client can still be used', async () => {
  const { server, client } = await startEcho()
  await client.get(path)

  client.close()
  await client.get(path)

  expect(server.connections).toBe(2)
})
