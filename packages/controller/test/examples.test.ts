import { fileURLToPath } from 'node:url'
import { expect, it, vi } from 'vitest'
import { json, startPeer, textOf } from '../../../examples/support/peer.js'
import type { BirdWatchStatus } from '../src/resource/status.js'
import { addBirdWatch, birdwatches, startCluster } from './support/cluster.js'
import { startController } from './support/controller.js'

const example = (name: string) => fileURLToPath(new URL(`../../../examples/${name}/index.js`, import.meta.url))
const eventually = (assertion: () => void) => vi.waitFor(assertion, { timeout: 100_000, interval: 50 })

it('The plugins of the examples carry a BirdWatch, switched on by the configuration alone', async () => {
  const api = await startCluster()
  const told: string[] = []
  const peer = await startPeer(async (request, response) => {
    if (request.method === 'GET') return json(response, 200, { errors: 0 })
    told.push(JSON.parse(await textOf(request)).text)
    json(response, 204)
  })
  await startController(api, '', {
    configuration: {
      providers: [{ name: 'stats', type: example('plugin-json-http'), options: { url: peer.url } }],
      notifiers: [
        { name: 'hook', type: example('plugin-webhook'), options: { url: peer.url, secret: 'a secret of the hook' } },
      ],
    },
  })
  addBirdWatch(api, 'aleph', {
    metric: '/stats#/errors',
    interval: 1,
    increment: 10,
    propagation: 0,
    traffic_limit: 10,
    at_limit: 'promote',
  })

  await eventually(() =>
    expect((api.get(birdwatches, 'shop', 'aleph')?.status as BirdWatchStatus | undefined)?.phase).toBe('Promoted'),
  )
  await eventually(() => expect(told).toContainEqual(expect.stringMatching(/^v04 is production/)))
  await peer.close()
}, 120_000)
