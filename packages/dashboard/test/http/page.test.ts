import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { builtPage, serve } from '../support/server.js'

const files = {
  'index.html': '<!doctype html><title>BirdWatch</title>',
  'assets/index-abc.js': 'export const bird = "canary"'.repeat(20),
  'assets/index-abc.css': ':root { color: red }',
  'bird.svg': '<svg/>',
  'licenses.md': '# not served',
}

const withPage = async () => serve({ page: await builtPage(files) })

describe('The page', () => {
  it('is served at the root.', async () => {
    const { ask } = await withPage()

    expect(await ask('/')).toMatchObject({
      status: 200,
      text: files['index.html'],
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
    })
  })

  it('lets its named assets be kept for ever.', async () => {
    const { ask } = await withPage()
    const { headers } = await ask('/assets/index-abc.js')

    expect(headers['cache-control']).toContain('immutable')
    expect(headers['content-type']).toContain('text/javascript')
  })

  it('comes compressed to whoever can take it.', async () => {
    const { ask } = await withPage()
    const { headers, text } = await ask('/assets/index-abc.js', { headers: { 'accept-encoding': 'gzip, br' } })

    expect(headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(Buffer.from(text, 'latin1')).toString()).toBe(files['assets/index-abc.js'])
  })

  it('is not sent again to whoever has it.', async () => {
    const { ask } = await withPage()
    const { headers } = await ask('/')

    expect(await ask('/', { headers: { 'if-none-match': headers.etag ?? '' } })).toMatchObject({
      status: 304,
      text: '',
    })
  })

  it('answers HEAD without a body.', async () => {
    const { ask } = await withPage()

    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  })

  it.each(['/licenses.md', '/assets/', '/../package.json', '/%2e%2e/package.json', '/assets/..%2findex.html'])(
    'has nothing at %s.',
    async path => {
      const { ask } = await withPage()

      expect((await ask(path)).status).toBe(404)
    },
  )

  it('says what to do when it is not built.', async () => {
    const { ask } = await serve({ page: new URL('file:///nowhere/to/be/found/') })

    expect(await ask('/')).toMatchObject({ status: 503, text: expect.stringContaining('npm run build') })
  })
})

describe('Every answer', () => {
  it.each(['/', '/api/rollouts', '/api/events', '/nothing'])('of %s forbids what is not its own.', async path => {
    const { ask } = await withPage()
    const { headers } = await ask(path, { method: 'HEAD' })
    const policy = String(headers['content-security-policy'])

    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is for loopback only, so that no other page can have its name point here.', async () => {
    const { ask } = await withPage()

    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await ask('/api/rollouts', { headers: { host: 'evil.example:8081' } })).status).toBe(421)
    expect((await ask('/', { headers: { host: 'localhost:8081' } })).status).toBe(200)
    expect((await ask('/', { headers: { host: '[::1]:8081' } })).status).toBe(200)
  })

  it('is for the names that are allowed as well.', async () => {
    const { ask } = await serve({ page: await builtPage(files), hosts: ['rollouts.example'] })

    expect((await ask('/', { headers: { host: 'Rollouts.example' } })).status).toBe(200)
    expect((await ask('/', { headers: { host: 'rollouts.example.evil' } })).status).toBe(421)
  })
})
