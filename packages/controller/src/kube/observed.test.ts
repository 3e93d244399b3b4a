import { createClient } from '@birdwatch/kube'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ApiServer } from '../../test/support/api-server.js'
import { observed } from './observed.js'

async function clientOf() {
  const [observe, opened] = [vi.fn(), vi.fn()]
  const api = await ApiServer.start()
  const client = observed(createClient({ server: api.url }), observe, opened)
  onTestFinished(() => client.close())
  return { api, client, observe, opened }
}
const status = '/apis/otomato.link/v1alpha1/namespaces/shop/birdwatches/aleph/status'

const [ms, error] = [expect.any(Number), expect.any(String)]

describe('A request', () => {
  it('is told of by verb, kind and outcome, whatever the object is called', async () => {
    const { client, observe } = await clientOf()
    await client.create('/api/v1/namespaces/shop/services', { metadata: { name: 'a' } })
    await client.list('/api/v1/services')
    await client.get('/apis/otomato.link')
    await client.patch(status, [], { type: 'json' }).catch(() => {})
    expect(observe.mock.calls).toEqual([
      [{ verb: 'create', resource: 'services', namespace: 'shop', code: 'OK', ms }],
      [{ verb: 'list', resource: 'services', namespace: '', code: 'OK', ms }],
      [{ verb: 'get', resource: 'otomato.link', namespace: '', code: 'OK', ms }],
      [{ verb: 'patch', resource: 'birdwatches/status', namespace: 'shop', code: 'KUBE_NOT_FOUND', error, ms }],
    ])
  })

  it('to watch is told of when it ends, and why', async () => {
    const { api, client, observe } = await clientOf()
    const events = client.watch('/api/v1/services')[Symbol.asyncIterator]()
    const end = expect(events.next()).rejects.toMatchObject({ code: 'KUBE_UNREACHABLE' })
    await vi.waitFor(() => expect(api.requests).toHaveLength(1))
    api.stop()
    await end
    expect(observe.mock.calls).toEqual([
      [{ verb: 'watch', resource: 'services', namespace: '', code: 'KUBE_UNREACHABLE', error, ms }],
    ])
  })

  it('to watch is told of when it brings something first, too', async () => {
    const { api, client, opened } = await clientOf()
    const events = client.watch('/api/v1/services')[Symbol.asyncIterator]()
    const first = events.next()
    await vi.waitFor(() => expect(api.requests).toHaveLength(1))
    api.edit('v1/services', 'shop', 'aleph', () => {})
    await first
    expect(opened.mock.calls).toEqual([[{ verb: 'watch', resource: 'services', namespace: '', code: 'OK' }]])
    await events.return?.()
  })
})

describe('A write', () => {
  it('that is under way is waited for', async () => {
    const { api, client } = await clientOf()
    let answer = () => {}
    api.gate = () =>
      new Promise(resolve => {
        answer = () => resolve(503)
      })
    const order: string[] = []
    const write = client.patch(status, [], { type: 'json' }).catch(() => order.push('answered'))
    const idle = client.idle().then(() => order.push('idle'))
    await vi.waitFor(() => expect(api.requests).toHaveLength(1))
    answer()
    await Promise.all([write, idle])
    expect(order).toEqual(['answered', 'idle'])
  })
})
