import { createIstioRouter, istioTarget } from '@birdwatch/router-istio'
import { rounded } from './time.js'

export const title = 'One weight step through the Istio router, by the number of routes in the VirtualService'

const target = istioTarget({ namespace: 'default', service: 'aleph', canaryVersion: 'v2' })
const destination = (subset, weight) => ({ destination: { host: 'aleph', subset }, weight })
const metadata = { name: 'aleph', namespace: 'default', resourceVersion: '1', generation: 1 }
const destinationRule = {
  metadata,
  spec: {
    host: 'aleph',
    subsets: ['production', 'canary'].map((name, i) => ({ name, labels: { version: `v${i + 1}` } })),
  },
}

/** Objects that take every patch and stay as they are: what is measured is the planning. */
function objectsOf(routes) {
  const http = Array.from({ length: routes }, () => ({
    route: [destination('production', 90), destination('canary', 10)],
  }))
  const found = { VirtualService: { metadata, spec: { http } }, DestinationRule: destinationRule }
  return {
    get: ref => found[ref.kind],
    read: async ref => found[ref.kind],
    patch: async () => found.VirtualService,
    watch: () => () => {},
  }
}

async function microsecondsOf(routes) {
  const router = createIstioRouter({ objects: objectsOf(routes) })
  const { signal } = new AbortController()
  const calls = Math.ceil(2000 / routes)
  const times = []
  for (let sample = 0; sample < 15; sample++) {
    const start = performance.now()
    for (let call = 0; call < calls; call++) {
      const { token } = await router.observe(target, { signal })
      await router.shift(target, 20, { token, signal })
    }
    times.push(((performance.now() - start) * 1000) / calls)
  }
  return times.sort((a, b) => a - b)[7]
}

export async function measure() {
  const rows = []
  for (const routes of [1, 10, 100]) rows.push({ routes, microseconds: await microsecondsOf(routes) })
  const [{ microseconds: one }] = rows
  return rows.map(row => ({
    ...row,
    microseconds: rounded(row.microseconds, 1),
    'times one route': rounded(row.microseconds / one, 1),
  }))
}
