import type { Json } from '@birdwatch/core'
import type { DestinationRule, ObjectRef, VirtualService } from '../src/objects.js'
import { createIstioRouter, type IstioRouterOptions } from '../src/router.js'
import { istioTarget } from '../src/target.js'
import type { View } from '../src/view.js'
import { FakeApi, type NewObject } from './fake-api.js'

export const target = istioTarget({ namespace: 'default', service: 'aleph', canaryVersion: 'v04' })
export const virtualServiceRef: ObjectRef<'VirtualService'> = {
  kind: 'VirtualService',
  namespace: 'default',
  name: 'aleph',
}
export const destinationRuleRef: ObjectRef<'DestinationRule'> = { ...virtualServiceRef, kind: 'DestinationRule' }

type Spec = NonNullable<VirtualService['spec']>

/** A weighted destination of the host `aleph`; undefined leaves the weight out. */
export const to = (subset: string, weight?: number, host = 'aleph') => ({
  destination: { host, subset },
  ...(weight === undefined ? {} : { weight }),
})

/** A route that splits between our two destinations. */
export const splitting = (production?: number, canary?: number) => ({
  route: [to('production', production), to('canary', canary)],
})

const metadata = { name: 'aleph', namespace: 'default', resourceVersion: '7', generation: 1 }

export const virtualService = (spec: Spec = { http: [splitting(100, 0)] }): VirtualService => ({ metadata, spec })

export const destinationRule = (
  production: Record<string, string> = { version: 'v03' },
  canary: Record<string, string> = { version: 'v04' },
): DestinationRule => ({
  metadata,
  spec: {
    host: 'aleph',
    subsets: [
      { name: 'production', labels: production },
      { name: 'canary', labels: canary },
    ],
  },
})

export const viewOf = (changes: Partial<View> = {}): View => ({
  target,
  virtualService: virtualService(),
  destinationRule: destinationRule(),
  podLabels: undefined,
  clusterDomain: 'cluster.local',
  ...changes,
})

/** A view whose VirtualService has these http routes. */
export const routing = (...http: Spec['http'] & object): View => viewOf({ virtualService: virtualService({ http }) })

export interface World {
  readonly api: FakeApi
  readonly router: ReturnType<typeof createIstioRouter>
  /** What every call of the router is given. */
  readonly signal: AbortSignal
  /** The weights of the stored VirtualService, route by route, and both versions of the stored DestinationRule. */
  weights(): (number | undefined)[][]
  versions(): (string | undefined)[]
}

export interface WorldOptions extends Omit<IstioRouterOptions, 'objects'> {
  readonly virtualService?: NewObject<'VirtualService'>
  readonly destinationRule?: NewObject<'DestinationRule'>
}

/** A router in front of an API server that holds `aleph`. */
export function createWorld({
  virtualService: service = virtualService(),
  destinationRule: rule = destinationRule(),
  ...options
}: WorldOptions = {}): World {
  const api = new FakeApi()
  api.create('VirtualService', service)
  api.create('DestinationRule', rule)
  return {
    api,
    router: createIstioRouter({ objects: api, ...options }),
    signal: new AbortController().signal,
    weights: () => {
      const { http = [], tcp = [], tls = [] } = api.peek(virtualServiceRef).spec ?? {}
      return [...http, ...tcp, ...tls].map(({ route = [] }) => route.map(({ weight }) => weight))
    },
    versions: () => (api.peek(destinationRuleRef).spec?.subsets ?? []).map(({ labels }) => labels?.version),
  }
}

/** Sets the weights of one http route, as a person would. */
export const weightsTo = (production: number, canary: number, route = 0) => [
  { op: 'replace' as const, path: `/spec/http/${route}/route/0/weight`, value: production },
  { op: 'replace' as const, path: `/spec/http/${route}/route/1/weight`, value: canary },
]

/** Puts a route of somebody else before all others. */
export const foreignRouteFirst = [
  { op: 'add' as const, path: '/spec/http/0', value: { route: [{ destination: { host: 'beth' } }] } },
]

/** A target after it went through a store. */
export const stored = (json: Json): Json => JSON.parse(JSON.stringify(json))
