import type { Cluster, FindCluster } from './cluster.js'
import { fullHost, lookUp, namesOf } from './hosts.js'
import type { Asked } from './match.js'
import { pick, type VirtualHost } from './route.js'

/** What is to become of a request. */
export type Decision =
  | { readonly kind: 'cluster'; readonly cluster: Cluster; readonly timeoutMs: number | undefined }
  /** NR: no route matches. */
  | { readonly kind: 'no-route' }
  /** NC: the route leads to a Service or subset that is not there. */
  | { readonly kind: 'no-cluster' }
  | { readonly kind: 'unsupported'; readonly fields: readonly string[] }

/** All routes at one moment. It never changes: a new configuration is a new table, and no request sees half of one. */
export class RouteTable {
  readonly #virtualHosts: ReadonlyMap<string, VirtualHost>
  readonly #clusters: FindCluster

  /** Of two that claim a host, the first wins. */
  constructor(virtualHosts: Iterable<VirtualHost>, clusters: FindCluster) {
    const byName = new Map<string, VirtualHost>()
    for (const virtualHost of virtualHosts)
      for (const name of virtualHost.hosts.flatMap(namesOf)) if (!byName.has(name)) byName.set(name, virtualHost)
    this.#virtualHosts = byName
    this.#clusters = clusters
  }

  /** @param chance from 0 up to, and not including, 1: decides between weighted destinations */
  decide(host: string, asked: Asked, chance: number): Decision {
    const virtualHost = lookUp(this.#virtualHosts, host)
    if (!virtualHost) return this.#direct(host)
    const route = virtualHost.routes.find(({ matches }) => matches(asked))
    if (!route) return { kind: 'no-route' }
    if (route.unsupported.length > 0) return { kind: 'unsupported', fields: route.unsupported }
    const destination = pick(route.destinations, chance)
    const cluster = this.#clusters(destination.host, destination.subset)
    return cluster ? { kind: 'cluster', cluster, timeoutMs: route.timeoutMs } : { kind: 'no-cluster' }
  }

  /** Without a VirtualService, a Service is reached by its name. */
  #direct(host: string): Decision {
    const [service = '', namespace = 'default'] = host.split('.')
    const full = fullHost(service, namespace)
    const cluster = namesOf(full).includes(host) ? this.#clusters(full, undefined) : undefined
    return cluster ? { kind: 'cluster', cluster, timeoutMs: undefined } : { kind: 'no-route' }
  }
}
