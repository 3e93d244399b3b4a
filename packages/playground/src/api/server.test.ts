import { once } from 'node:events'
import http from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { ApiMachine } from './machine.js'
import { serveApi } from './server.js'

async function start(machine = new ApiMachine()) {
  const server = await serveApi(machine)
  onTestFinished(() => server.close())
  return server
}

const get = (url: string, headers: Record<string, string>) =>
  new Promise<number>((resolve, reject) => {
    http
      .get(url, { headers, agent: false }, response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      .once('error', reject)
  })

test('answers on a port of 127.0.0.1', async () => {
  const { url } = await start()
  const response = await fetch(`${url}/api/v1/namespaces/default`)
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(await response.json()).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } })
})

test.each([
  ['from another origin', { origin: 'http://evil.test' }],
  ['of this machine, even', { 'sec-fetch-site': 'same-site' }],
  ['by a name that somebody points to this machine', { host: 'rebound.test' }],
])('does not answer a web page %s: 403', async (_, headers) => {
  const { url } = await start()
  expect(await get(`${url}/version`, headers as unknown as Record<string, string>)).toBe(403)
})

test('answers who calls it localhost', async () => {
  const { url } = await start()
  expect(await get(`${url}/version`, { host: 'localhost:8001' })).toBe(200)
})

test('refuses a body of more than 3 MiB: 413', async () => {
  const { url } = await start()
  const body = ' '.repeat(3 * 1024 * 1024 + 1)
  const response = await fetch(`${url}/api/v1/namespaces`, { method: 'POST', body }).catch(() => undefined)
  expect(response?.status ?? 413).toBe(413)
})

test('closing it ends the watches', async () => {
  const { url, close } = await serveApi(new ApiMachine())
  const request = http.get(`${url}/api/v1/namespaces?watch=true`)
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  response.on('error', () => {}).resume()
  const ended = new Promise(resolve => response.once('close', resolve))
  await close()
  await ended
  expect(response.complete).toBe(false)
})

test('a port that is taken rejects with EADDRINUSE', async () => {
  const { url } = await start()
  await expect(serveApi(new ApiMachine(), { port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})
