import type { Clock } from '@birdwatch/core'
import type { LocalApi } from '../api/local.js'
import type { KubeObject } from '../api/object.js'
import { clustersFrom } from './cluster.js'
import { Debounce, type DebounceOptions } from './debounce.js'
import { compileVirtualService, Rejected, type VirtualHost } from './route.js'
import { RouteTable } from './table.js'

const collections = {
  virtualServices: '/apis/networking.istio.io/v1/virtualservices',
  destinationRules: '/apis/networking.istio.io/v1/destinationrules',
  services: '/api/v1/services',
  pods: '/api/v1/pods',
} as const

type Kind = keyof typeof collections

export interface MeshConfigOptions extends DebounceOptions {
  readonly api: LocalApi
  readonly clock: Clock
  /** Told when a VirtualService is rejected: its earlier form stays in force. */
  readonly rejected: (object: KubeObject, why: string) => void
}

/** Keeps the routes as the objects of the API want them. */
export class MeshConfig {
  readonly #options: MeshConfigOptions
  readonly #objects: Record<Kind, Map<string, KubeObject>>
  readonly #accepted = new Map<string, VirtualHost>()
  readonly #debounce: Debounce
  readonly #unfollow: readonly (() => void)[]
  #table = new RouteTable([], () => undefined)

  constructor(options: MeshConfigOptions) {
    this.#options = options
    this.#debounce = new Debounce(options, options.clock, () => this.#rebuild())
    this.#objects = { virtualServices: new Map(), destinationRules: new Map(), services: new Map(), pods: new Map() }
    this.#unfollow = (Object.keys(collections) as Kind[]).map(kind => this.#follow(kind))
  }

  /** The routes that are in force now. */
  get table(): RouteTable {
    return this.#table
  }

  /** Resolves when everything that was written so far is in force. */
  get settled(): Promise<void> {
    return this.#debounce.idle
  }

  stop(): void {
    for (const end of this.#unfollow) end()
    this.#debounce.stop()
  }

  #follow(kind: Kind): () => void {
    return this.#options.api.follow(collections[kind], ({ type, object }) => {
      const { uid } = object.metadata
      if (type === 'DELETED') this.#objects[kind].delete(uid)
      else this.#objects[kind].set(uid, object)
      this.#debounce.trigger()
    })
  }

  #rebuild(): void {
    const { virtualServices, destinationRules, services, pods } = this.#objects
    const hosts = [...virtualServices.values()].sort(byAge).flatMap(object => this.#compile(object))
    const clusters = clustersFrom({
      destinationRules: destinationRules.values(),
      services: services.values(),
      pods: pods.values(),
    })
    this.#table = new RouteTable(hosts, clusters)
  }

  #compile(object: KubeObject): VirtualHost[] {
    const { uid } = object.metadata
    try {
      const compiled = compileVirtualService(object)
      this.#accepted.set(uid, compiled)
      return [compiled]
    } catch (error) {
      if (!(error instanceof Rejected)) throw error
      this.#options.rejected(object, error.message)
      const before = this.#accepted.get(uid)
      return before ? [before] : []
    }
  }
}

const byAge = ({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number =>
  a.creationTimestamp.localeCompare(b.creationTimestamp) || a.uid.localeCompare(b.uid)
