import type { Notice, Reason } from '@birdwatch/core'
import { createClient } from '@birdwatch/kube'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ApiServer } from '../test/support/api-server.js'
import { events } from '../test/support/cluster.js'
import { silent } from '../test/support/plugins.js'
import { birdWatch } from '../test/support/samples.js'
import { Events } from './events.js'

const { metadata } = birdWatch('aleph')
const raised: Reason = { code: 'raised', from: 0, to: 1, limit: 100, metrics: [] }
const notice = (seq: number, reason: Reason = raised): Notice => ({
  id: `r/${seq}`,
  rolloutId: 'r',
  seq,
  reason,
  snapshot: {
    name: 'shop/aleph',
    service: 'aleph',
    phase: 'Progressing',
    weight: 1,
    canaryVersion: 'v04',
    at: 0,
    metrics: [],
  },
})

async function eventsOf(capacity?: number) {
  const api = await ApiServer.start()
  const client = createClient({ server: api.url })
  onTestFinished(() => client.close())
  const dropped = vi.fn()
  const options = { client, logger: silent, dropped, ...(capacity === undefined ? {} : { capacity }) }
  return { api, dropped, told: new Events(options) }
}

describe('An event', () => {
  it('carries the reason of the notice and the words that every surface shows', async () => {
    const { api, told } = await eventsOf()
    told.tell(metadata, notice(1))
    await told.flush()
    expect(api.list(events)).toMatchObject([
      {
        type: 'Normal',
        reason: 'Raised',
        message: 'Canary weight 0 % -> 1 % (limit 100 %): .',
        action: 'Progressing',
        reportingComponent: 'otomato.link/controller',
        eventTime: '1970-01-01T00:00:00.000000Z',
        involvedObject: { kind: 'BirdWatch', namespace: 'shop', name: 'aleph', uid: 'uid-aleph' },
      },
    ])
  })

  it('has the time by which `kubectl describe` puts events in order', async () => {
    const { api, told } = await eventsOf()
    told.tell(metadata, notice(1))
    await told.flush()
    const second = '1970-01-01T00:00:00Z'
    expect(api.list(events)).toMatchObject([{ firstTimestamp: second, lastTimestamp: second, count: 1 }])
  })

  it('that alerts is a warning', async () => {
    const { api, told } = await eventsOf()
    told.tell(metadata, notice(1, { code: 'no_production', weight: 5 }))
    await told.flush()
    expect(api.list(events)).toMatchObject([{ type: 'Warning', reason: 'NoProduction' }])
  })

  it('of one notice is written once, also by another process', async () => {
    const { api, told, dropped } = await eventsOf()
    told.tell(metadata, notice(1))
    told.tell(metadata, notice(1))
    await told.flush()
    expect(api.list(events)).toHaveLength(1)
    expect(dropped).not.toHaveBeenCalled()
  })

  it('fits into what Kubernetes takes, in bytes', async () => {
    const { api, told } = await eventsOf()
    told.tell(metadata, notice(1, { code: 'invalid', detail: 'ü'.repeat(5000) }))
    await told.flush()
    const [{ message = '' } = {}] = api.list(events) as { message?: string }[]
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024)
    expect(message).toMatch(/ü…$/)
  })
})

describe('Events', () => {
  it('that pile up are dropped, the oldest first', async () => {
    const { api, told, dropped } = await eventsOf(2)
    for (const seq of [1, 2, 3, 4, 5]) told.tell(metadata, notice(seq))
    await told.flush()
    expect(api.list(events)).toHaveLength(5 - dropped.mock.calls.length)
    expect(dropped.mock.calls.length).toBeGreaterThan(0)
  })

  it('that are refused are dropped, and the next are written', async () => {
    const { api, told, dropped } = await eventsOf()
    api.gate = () => 403
    told.tell(metadata, notice(1))
    await told.flush()
    api.gate = () => undefined
    told.tell(metadata, notice(2))
    await told.flush()
    expect(dropped).toHaveBeenCalledTimes(1)
    expect(api.list(events)).toHaveLength(1)
  })
})
