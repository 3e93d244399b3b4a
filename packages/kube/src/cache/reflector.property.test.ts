import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { FakeApi, fault } from '../../test/fake-api.js'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { createClient } from '../client/client.js'
import type { KubeObject } from '../client/types.js'
import { Reflector } from './reflector.js'
import { Store } from './store.js'

interface Situation {
  readonly api: FakeApi
  readonly clock: SimulatedClock
  readonly reflector: Reflector<KubeObject, string>
}

type Step = (situation: Situation) => unknown

const name = fc.constantFrom('finch', 'robin', 'wren')
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: name.map(
      value =>
        ({ api }: Situation) =>
          api.put(value),
    ),
  },
  {
    weight: 2,
    arbitrary: name.map(
      value =>
        ({ api }: Situation) =>
          api.remove(value),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(20_000).map(
      ms =>
        ({ clock }: Situation) =>
          clock.advance(ms),
    ),
  },
  fc.constantFrom<Step>(
    ({ api }) => api.server.reset(),
    ({ api }) => api.endWatches(),
    ({ api }) => api.compact(),
    ({ api }) => api.bookmark(),
    ({ api }) => api.sendRaw('{"type":'),
    ({ api }) => api.failNext(fault.status(500)),
    ({ api }) => api.failNext(fault.status(429, { 'retry-after': '3' })),
    ({ api }) => api.failNext(fault.reset()),
    ({ api }) => api.failNext(fault.hang()),
    ({ api }) => api.failNext(fault.truncated()),
    ({ reflector }) => void reflector.relist().catch(() => {}),
  ),
)

test('whatever fails on the way, the store ends as the server is', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      const api = await FakeApi.start()
      const clock = new SimulatedClock()
      const store = new Store({
        project: ({ metadata }: KubeObject) => `${metadata?.uid} ${metadata?.resourceVersion}`,
      })
      const client = createClient({ server: api.server.url, clock })
      const reflector = new Reflector({ client, path: api.path, store, clock })
      const abort = new AbortController()
      const running = reflector.run(abort.signal)
      const truth = () => api.objects.map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`).sort()

      for (const take of steps) await take({ api, clock, reflector })
      const isEqual = async () => {
        await clock.advance(250)
        return reflector.synced && store.list().sort().join() === truth().join()
      }
      await vi.waitUntil(isEqual, { timeout: 15_000, interval: 1 })
      abort.abort()
      await running
      await api.server.stop()

      expect(clock.pending).toBe(0)
    }),
    { numRuns: 40 },
  )
})
