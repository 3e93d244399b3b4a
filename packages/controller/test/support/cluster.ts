import { createClient } from '@birdwatch/kube'
import { onTestFinished } from 'vitest'
import { type Caches, collectionsOf, createCaches } from '../../src/kube/caches.js'
import { observed } from '../../src/kube/observed.js'
import { type ApiObject, ApiServer } from './api-server.js'
import { seedSpec } from './samples.js'

export const birdwatches = 'otomato.link/v1alpha1/birdwatches'
export const virtualServices = 'networking.istio.io/v1/virtualservices'
export const destinationRules = 'networking.istio.io/v1/destinationrules'
export const deployments = 'apps/v1/deployments'
export const services = 'v1/services'
export const events = 'v1/events'

/** The route's two destinations at 100 and 0. */
const route = (host: string) => [
  { destination: { host, subset: 'production' }, weight: 100 },
  { destination: { host, subset: 'canary' }, weight: 0 },
]

/** Everything around a BirdWatch named aleph in namespace shop, with both versions available. */
export async function startCluster(): Promise<ApiServer> {
  const api = await ApiServer.start()
  api.edit(services, 'shop', 'aleph', o => Object.assign(o, { spec: { selector: { app: 'aleph' } } }))
  addRouting(api, 'aleph')
  for (const version of ['v03', 'v04']) addDeployment(api, version)
  return api
}

/** The VirtualService and the DestinationRule of a service; both subsets select v03. */
export function addRouting(api: ApiServer, name: string): void {
  const subset = (subset: string) => ({ name: subset, labels: { version: 'v03' } })
  const subsets = [subset('production'), subset('canary')]
  api.edit(virtualServices, 'shop', name, o => Object.assign(o, { spec: { http: [{ route: route(name) }] } }))
  api.edit(destinationRules, 'shop', name, o => Object.assign(o, { spec: { host: name, subsets } }))
}

export function addDeployment(api: ApiServer, version: string, available = 2): void {
  api.edit(deployments, 'shop', `aleph-${version}`, object => {
    object.metadata.annotations = { 'deployment.kubernetes.io/revision': '1' }
    object.spec = { replicas: 2, template: { metadata: { labels: { app: 'aleph', version } } } }
    object.status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: available }
  })
}

export function addBirdWatch(api: ApiServer, name = 'aleph', spec: object = {}): ApiObject {
  return api.edit(birdwatches, 'shop', name, object => {
    object.spec = { ...seedSpec, ...spec }
  })
}

/** Changes the weights of aleph's route as somebody. */
export function setWeight(api: ApiServer, canary: number, manager: string): void {
  const shares = [100 - canary, canary]
  const destinations = route('aleph').map((destination, i) => ({ ...destination, weight: shares[i] }))
  api.edit(
    virtualServices,
    'shop',
    'aleph',
    o => Object.assign(o, { spec: { http: [{ route: destinations }] } }),
    manager,
  )
}

/** The canary's weight in the route. */
export function weightOf(api: ApiServer): number | undefined {
  const { spec } = api.get(virtualServices, 'shop', 'aleph') as { spec: { http: { route: { weight: number }[] }[] } }
  return spec.http[0]?.route[1]?.weight
}

/** Caches over the server, filled, that end with the test. */
export async function filledCaches(api: ApiServer): Promise<Caches> {
  const client = observed(createClient({ server: api.url, fieldManager: 'birdwatch' }), () => {})
  const caches = createCaches({ client, namespaces: [], clusterDomain: 'cluster.local', istioVersion: 'v1' })
  const end = new AbortController()
  const running = collectionsOf(caches).map(collection => collection.run(end.signal))
  onTestFinished(async () => {
    end.abort()
    await Promise.all(running)
    client.close()
  })
  await Promise.all(collectionsOf(caches).map(collection => collection.whenSynced()))
  return caches
}
