import type { RouterFixture } from '@birdwatch/testing'
import { istioTarget, type Route } from '../src/index.js'
import { ApiFailure } from './fake-api.js'
import { createWorld, destinationRule, splitting, target, virtualService, virtualServiceRef } from './fixtures.js'

const secrets = ['s3cret-token']

/** Everything that anybody could ask of an API server ends when it is aborted, and not before. */
const hanging = (_: unknown, signal: AbortSignal) =>
  new Promise<void>((_resolve, reject) => {
    const end = () => reject(new ApiFailure(undefined, 'aborted'))
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })

/** As if the permissions were taken away; the error carries what a careless client would leave in it. */
const forbidding = () => {
  throw Object.assign(new ApiFailure(403, 'forbidden'), { headers: { authorization: `Bearer ${secrets[0]}` } })
}

/** A router with a splitting VirtualService; production comes first in each of its routes, then the canary. */
export function createFixture(...http: Route[]): RouterFixture {
  const { api, router } = createWorld({ virtualService: virtualService({ http }) })
  const metadata = { name: 'beth', namespace: 'default' }
  api.create('VirtualService', { metadata, spec: { http: [splitting(100, 0)] } })
  api.create('DestinationRule', { ...destinationRule(), metadata })
  const sums = http.map(({ route = [] }) => (route[0]?.weight ?? 0) + (route[1]?.weight ?? 0))
  return {
    router,
    target,
    other: istioTarget({ ...target, service: 'beth' }),
    absent: istioTarget({ ...target, service: 'gimel' }),
    version: 'v05',
    write: weight => {
      const operations = sums.flatMap((sum, i) => {
        const canary = Math.floor((sum * weight) / 100)
        return [
          { op: 'replace' as const, path: `/spec/http/${i}/route/0/weight`, value: sum - canary },
          { op: 'replace' as const, path: `/spec/http/${i}/route/1/weight`, value: canary },
        ]
      })
      api.edit(virtualServiceRef, operations)
    },
    hang: () => {
      api.gate = hanging
    },
    refuse: () => {
      api.gate = forbidding
    },
    secrets,
  }
}
