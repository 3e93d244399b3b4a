import { request } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silent } from '../../test/support/plugins.js'
import { type Route, reply, startHttp } from './server.js'

const says = (path: string, text: string): Route => ({ path, handle: (_, response) => reply(response, 200, text) })

async function serve(...routes: Route[]) {
  const server = await startHttp({ host: '127.0.0.1', port: 0, routes, logger: silent })
  onTestFinished(() => server.close())
  return async (path: string, method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    return `${answer.status} ${await answer.text()}`
  }
}

describe('The HTTP server', () => {
  it('answers by the longest path that fits', async () => {
    const get = await serve(says('/', 'page'), says('/api/', 'api'), says('/api/x', 'x'))
    expect([await get('/index.js'), await get('/api/y?z=1'), await get('/api/x')]).toEqual([
      '200 page',
      '200 api',
      '200 x',
    ])
  })

  it('says what there is when a path is not known', async () => {
    const get = await serve(says('/livez', 'ok'))
    expect(await get('/live')).toBe('404 no /live here; there is /livez\n')
  })

  it('only reads, but for a route that says otherwise', async () => {
    const get = await serve(says('/livez', 'ok'), { ...says('/do', 'done'), methods: ['POST'] })
    expect(await get('/livez', 'POST')).toBe('405 only GET and HEAD\n')
    expect(await get('/nowhere', 'POST')).toBe('405 only GET and HEAD\n')
    expect(await get('/do', 'POST')).toBe('200 done')
    expect(await get('/do')).toBe('405 only POST\n')
  })

  it('survives a route that fails', async () => {
    const get = await serve(says('/livez', 'ok'), {
      path: '/broken',
      handle: () => Promise.reject(new Error('secret')),
    })
    expect(await get('/broken')).toBe('500 failed; the log says why\n')
    expect(await get('/livez')).toBe('200 ok')
  })

  it('ends although a connection is kept open', async () => {
    const server = await startHttp({ host: '127.0.0.1', port: 0, routes: [says('/', 'x')], logger: silent })
    const open = request({ port: server.port, host: '127.0.0.1' }).on('error', () => {})
    open.flushHeaders()
    await expect(server.close()).resolves.toBeUndefined()
  })

  it('rejects when the port is taken', async () => {
    const server = await startHttp({ host: '127.0.0.1', port: 0, routes: [], logger: silent })
    onTestFinished(() => server.close())
    await expect(startHttp({ host: '127.0.0.1', port: server.port, routes: [], logger: silent })).rejects.toMatchObject(
      {
        code: 'EADDRINUSE',
      },
    )
  })
})
