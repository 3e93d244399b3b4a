import { describe, expect, it } from 'vitest'
import { serve, type TestServer } from '../support/server.js'
import { resource, state } from '../support/states.js'

const path = '/api/rollouts/shop/aleph/commands'

async function serveCommands() {
  const given: string[] = []
  const server = await serve({
    commands: async ({ namespace, name }, command) => {
      if (command === 'undo') throw new Error('the annotation was refused: it is frozen')
      given.push(`${command} ${namespace}/${name}`)
    },
  })
  server.feed.put(resource, state())
  return { ...server, given, own: await ownHeaders(server) }
}

/** What the page itself sends. */
async function ownHeaders({ ask, port }: TestServer) {
  const answer = await ask('/api/session')
  const [cookie = ''] = answer.headers['set-cookie'] ?? []
  return {
    host: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    'x-birdwatch-token': JSON.parse(answer.text).token as string,
    cookie: cookie.split(';')[0] ?? '',
  }
}

const promote = '{"command":"promote"}'

describe('A command from the page', () => {
  it('is handed over.', async () => {
    const { ask, given, own } = await serveCommands()

    expect((await ask(path, { method: 'POST', headers: own, body: promote })).status).toBe(202)
    expect(given).toEqual(['promote shop/aleph'])
  })

  it('comes with a cookie that no other site gets to send, and no script to read.', async () => {
    const { ask } = await serveCommands()
    const { headers } = await ask('/api/session')

    expect(headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict$/)])
    expect(headers['cache-control']).toBe('no-store')
  })

  it('that could not be handed over is answered with the reason.', async () => {
    const { ask, own } = await serveCommands()

    expect(await ask(path, { method: 'POST', headers: own, body: '{"command":"undo"}' })).toMatchObject({
      status: 502,
      text: expect.stringContaining('it is frozen'),
    })
  })

  it.each([
    ['unknown', '{"command":"delete"}', 400],
    ['missing', '{}', 400],
    ['no object', '[]', 400],
    ['no JSON', 'command=promote', 400],
    ['too long', `{"command":"${'p'.repeat(5000)}"}`, 413],
  ])('that is %s is refused.', async (_, body, status) => {
    const { ask, given, own } = await serveCommands()

    expect((await ask(path, { method: 'POST', headers: own, body })).status).toBe(status)
    expect(given).toEqual([])
  })

  it('to a rollout that is not there is refused.', async () => {
    const { ask, own } = await serveCommands()
    const answer = await ask('/api/rollouts/shop/beth/commands', { method: 'POST', headers: own, body: promote })

    expect(answer.status).toBe(404)
  })

  it('is a POST.', async () => {
    const { ask } = await serveCommands()

    expect(await ask(path)).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })
})

describe('A command from elsewhere', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:3000' }],
    ['a page without an origin', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another port, as the browser tells', { 'sec-fetch-site': 'same-site' }],
    ['a script that does not know the token', { 'x-birdwatch-token': 'guess' }],
    ['a browser without the cookie', { cookie: 'other=1' }],
    ['a browser with an old cookie', { cookie: 'birdwatch-token=old' }],
  ])('is refused: %s.', async (_, headers) => {
    const { ask, given, own } = await serveCommands()

    expect((await ask(path, { method: 'POST', headers: { ...own, ...headers }, body: promote })).status).toBe(403)
    expect(given).toEqual([])
  })

  it.each(['origin', 'x-birdwatch-token', 'cookie'] as const)('is refused without %s.', async header => {
    const { ask, given, own } = await serveCommands()
    const { [header]: _, ...headers } = own

    expect((await ask(path, { method: 'POST', headers, body: promote })).status).toBe(403)
    expect(given).toEqual([])
  })

  it('is refused as a form, which needs no permission to be sent.', async () => {
    const { ask, given, own } = await serveCommands()
    const headers = { ...own, 'content-type': 'text/plain' }

    expect((await ask(path, { method: 'POST', headers, body: promote })).status).toBe(415)
    expect(given).toEqual([])
  })

  it('is refused under a name that is not loopback, even if the page is served there.', async () => {
    const { ask } = await serve({ commands: async () => {}, hosts: ['rollouts.example'] })
    const headers = { host: 'rollouts.example', origin: 'http://rollouts.example' }

    expect((await ask(path, { method: 'POST', headers, body: promote })).status).toBe(403)
    expect(JSON.parse((await ask('/api/session', { headers })).text)).toMatchObject({ commands: false })
  })

  it('gets no permission to be sent from elsewhere.', async () => {
    const { ask, own } = await serveCommands()
    const { headers } = await ask(path, { method: 'OPTIONS', headers: { ...own, origin: 'https://evil.example' } })

    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})
