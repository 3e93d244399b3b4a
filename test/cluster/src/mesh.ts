import { readFile } from 'node:fs/promises'
import type { Api } from './api/client.js'
import { type Layout, pkiFile } from './env/layout.js'
import { type WaitOptions, waitFor } from './wait.js'

/** Subset name to weight, as the proxy has it: a destination of weight 0 is left out when there is another. */
export type Weights = Record<string, number>

interface RouteDump {
  configs?: { route_config?: { virtual_hosts?: VirtualHost[] } }[]
}

interface VirtualHost {
  domains: string[]
  routes?: { name?: string; route?: { cluster?: string; weighted_clusters?: { clusters: WeightedCluster[] } } }[]
}

interface WeightedCluster {
  name: string
  weight?: number
}

type Proxy = 'gateway' | 'client'

/** What the data plane really does, as opposed to what the API server says it should. */
export class Mesh {
  constructor(
    readonly layout: Layout,
    readonly api: Api,
  ) {}

  /** Live weights of a host's route (by its name in the VirtualService; default: the first one). `undefined`: no route. */
  async weights(
    host: string,
    { route, proxy = 'gateway' }: { route?: string; proxy?: Proxy } = {},
  ): Promise<Weights | undefined> {
    const url = `${this.#admin(proxy)}/config_dump?resource=dynamic_route_configs`
    const { configs = [] } = (await (await fetch(url)).json()) as RouteDump
    const found = configs
      .flatMap(({ route_config }) => route_config?.virtual_hosts ?? [])
      .filter(({ domains }) => domains.includes(host))
      .flatMap(({ routes = [] }) => routes)
      .find(({ name }) => route === undefined || name === route)
    if (!found) return undefined
    const { cluster, weighted_clusters } = found.route ?? {}
    const clusters = weighted_clusters?.clusters ?? (cluster ? [{ name: cluster, weight: 100 }] : [])
    return Object.fromEntries(clusters.map(({ name, weight = 0 }) => [subsetOf(name), weight]))
  }

  /** Resolves when the gateway routes the host by exactly these weights; leave out a subset of weight 0. */
  async waitForWeights(host: string, wanted: Weights, options?: WaitOptions): Promise<void> {
    const text = (weights: Weights | undefined) => JSON.stringify(Object.entries(weights ?? {}).sort())
    await waitFor(
      `${host} to be routed ${JSON.stringify(wanted)}`,
      async () => text(await this.weights(host)) === text(wanted),
      options,
    )
  }

  /** Whether every proxy has acknowledged everything that istiod sent it. What istiod has not sent yet does not count. */
  async synced(): Promise<boolean> {
    const response = await fetch(`http://127.0.0.1:${this.layout.ports.istiodHttp}/debug/syncz`)
    const proxies = (await response.json()) as Record<string, string>[]
    const kinds = ['cluster', 'listener', 'route', 'endpoint']
    return (
      proxies.length === 2 &&
      proxies.every(proxy => kinds.every(kind => proxy[`${kind}_sent`] === proxy[`${kind}_acked`]))
    )
  }

  /** How many pieces of configuration proxies have refused since istiod started. Compare two; do not demand 0. */
  async rejects(): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.layout.ports.istiodMonitoring}/metrics`)).text()
    const counts = [...text.matchAll(/^pilot_total_xds_rejects\{.*\} (\S+)$/gm)].map(([, count]) => Number(count))
    return counts.reduce((sum, count) => sum + count, 0)
  }

  /** Whether the gateway listens on the port. */
  async listens(port: number): Promise<boolean> {
    const text = await (await fetch(`${this.#admin('gateway')}/listeners`)).text()
    return text.includes(`:${port}\n`)
  }

  /**
   * Lets istiod check every write of Istio objects in the namespace, as an ordinary installation does. While istiod is
   * down or frozen such writes then fail. Returns a function that removes the check.
   */
  async validateWrites(namespace: string): Promise<() => Promise<void>> {
    const caBundle = (await readFile(pkiFile(this.layout, 'ca.crt'))).toString('base64')
    const configuration = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: `istiod-${namespace}` },
      webhooks: [
        {
          name: 'rev.validation.istio.io',
          clientConfig: { url: `https://127.0.0.1:${this.layout.ports.istiodWebhook}/validate`, caBundle },
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          rules: [
            {
              operations: ['CREATE', 'UPDATE'],
              apiGroups: ['networking.istio.io'],
              apiVersions: ['*'],
              resources: ['*'],
            },
          ],
          failurePolicy: 'Fail',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
        },
      ],
    }
    await this.api.apply(configuration)
    return () => this.api.delete({ ...configuration, name: configuration.metadata.name })
  }

  #admin(proxy: Proxy): string {
    return `http://127.0.0.1:${this.layout.ports[`${proxy}Admin`]}`
  }
}

/** `outbound|<port>|<subset>|<host>` to the subset, or to the host where there is no subset. */
function subsetOf(cluster: string): string {
  const [, , subset, host] = cluster.split('|')
  return subset || host || cluster
}
