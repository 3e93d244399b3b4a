import { createClient } from '@birdwatch/kube'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ApiServer } from '../../test/support/api-server.js'
import { observed } from './observed.js'

async function clientOf(observe = vi.fn()) {
  const api = await ApiServer.start()
  const client = observed(createClient({ server: api.url }), observe)
  onTestFinished(() => client.close())
  return { api, client, observe }
}
const status = '/apis/otomato.link/v1alpha1/namespaces/shop/birdwatches/aleph/status'

describe('A write', () => {
  it('is told of by kind and outcome, whatever the object is called', async () => {
    const { client, observe } = await clientOf()
    await client.create('/api/v1/namespaces/shop/services', { metadata: { name: 'a' } })
    await client.patch(status, [], { type: 'json' }).catch(() => {})
    expect(observe.mock.calls).toEqual([
      [{ verb: 'create', resource: 'services', result: 'OK' }],
      [{ verb: 'patch', resource: 'birdwatches/status', result: 'KUBE_NOT_FOUND' }],
    ])
  })

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
