import type { KubeObject, Ref } from './api/objects.js'
import { type AppSpec, appManifests, deployment, deploymentName, type VersionOptions } from './app-manifests.js'
import type { Environment } from './env/environment.js'
import { Load, type LoadTarget, sendBatch, type Tally } from './load.js'
import type { Weights } from './mesh.js'
import { waitFor } from './wait.js'

export interface AppOptions {
  namespace: string
  /** Of the Service, Gateway, VirtualService and DestinationRule. Default `aleph`. */
  name?: string
  /** By `version` label; the Deployments are called `<name>-<version>`. Default v03 and v04. */
  versions?: Record<string, VersionOptions>
  /** Label of the subset `production`. Default: the first version. */
  production?: string
  /** Label of the subset `canary`. Default: the last version. */
  canary?: string
  /** Initial weight of the canary, in percent. Default 0. */
  canaryWeight?: number
}

/** What pods can be told while they run. */
export type Knobs = Pick<VersionOptions, 'errorRate' | 'latencyMs' | 'ready'>

export interface Pod extends KubeObject {
  status?: {
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: { restartCount: number; ready: boolean }[]
  }
}

interface Deployment extends KubeObject {
  spec: { replicas: number }
  status?: { availableReplicas?: number; updatedReplicas?: number; replicas?: number; observedGeneration?: number }
}

/** A service with several versions behind the gateway, on its own host and gateway port. */
export class App {
  readonly #loads: Load[] = []

  private constructor(
    readonly environment: Environment,
    readonly spec: AppSpec,
  ) {}

  /** Applies everything and resolves when all pods are available and the gateway answers. */
  static async deploy(environment: Environment, options: AppOptions): Promise<App> {
    const { namespace, name = 'aleph', versions = { v03: {}, v04: {} }, canaryWeight = 0 } = options
    const { production = Object.keys(versions)[0] ?? '', canary = Object.keys(versions).at(-1) ?? '' } = options
    const [gatewayPort = 0, servicePort = 0] = await environment.ports(2)
    const host = `${name}.${namespace}.test`
    const spec = { namespace, name, host, gatewayPort, servicePort, versions, production, canary, canaryWeight }
    const app = new App(environment, spec)
    for (const object of appManifests(spec)) await environment.api.apply(object)
    await app.available()
    await environment.mesh.waitForWeights(host, weights(canaryWeight))
    await waitFor('an answer through the gateway', async () => (await app.send(1)).statuses[200] === 1)
    return app
  }

  /** For {@link Load}, or a client of the test's own. */
  get target(): LoadTarget {
    return { url: `http://127.0.0.1:${this.spec.gatewayPort}/`, host: this.spec.host }
  }

  get virtualService(): Ref {
    return this.#istio('VirtualService')
  }

  get destinationRule(): Ref {
    return this.#istio('DestinationRule')
  }

  deployment(version: string): Ref {
    const name = deploymentName(this.spec, version)
    return { apiVersion: 'apps/v1', kind: 'Deployment', namespace: this.spec.namespace, name }
  }

  /** A constant rate through the gateway, until it is stopped. */
  load(requestsPerSecond: number): Load {
    const load = new Load(this.target, requestsPerSecond)
    this.#loads.push(load)
    return load
  }

  /** Stops every load that was not stopped. */
  async stopLoads(): Promise<void> {
    await Promise.all(this.#loads.map(load => load.stop()))
  }

  /** So many requests through the gateway, as fast as they are answered. */
  send(requests: number): Promise<Tally> {
    return sendBatch(this.target, requests)
  }

  /** Writes the two weights, as somebody other than the controller would, and resolves when the gateway has them. */
  async shift(canaryWeight: number): Promise<void> {
    const route = '/spec/http/0/route'
    await this.environment.api.patch(this.virtualService, [
      { op: 'replace', path: `${route}/0/weight`, value: 100 - canaryWeight },
      { op: 'replace', path: `${route}/1/weight`, value: canaryWeight },
    ])
    await this.environment.mesh.waitForWeights(this.spec.host, weights(canaryWeight))
  }

  /** Applies the Deployment of a version, new or existing: other options make a new revision of its pods. */
  async release(version: string, options: VersionOptions = {}): Promise<void> {
    await this.environment.api.apply(deployment(this.spec, version, options))
    await (options.ready === false ? undefined : this.available(version))
  }

  async scale(version: string, replicas: number): Promise<void> {
    await this.environment.api.merge(this.deployment(version), { spec: { replicas } }, { subresource: 'scale' })
  }

  /** Resolves when every replica of the version (default: of all versions) is up to date and available. */
  async available(...versions: string[]): Promise<void> {
    const wanted = versions.length > 0 ? versions : Object.keys(this.spec.versions)
    await Promise.all(wanted.map(version => this.#available(version)))
  }

  pods(version: string): Promise<Pod[]> {
    const { name, namespace } = this.spec
    const labelSelector = `app=${name},version=${version}`
    return this.environment.api.list({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector })
  }

  /** Changes the behaviour of the version's running pods at once; pods that start later do not know of it. */
  async set(version: string, knobs: Knobs): Promise<void> {
    const query = new URLSearchParams(
      Object.entries(knobs).map(([name, value]): [string, string] => [name, `${value}`]),
    )
    await Promise.all((await this.pods(version)).map(pod => this.#tell(pod, `_set?${query}`)))
  }

  /** Lets the process of one pod of the version die; the kubelet restarts it after a while. */
  async crash(version: string): Promise<void> {
    const [pod] = await this.pods(version)
    if (!pod) throw new Error(`${this.spec.name} has no pod of version ${version}`)
    await this.#tell(pod, '_exit').catch(() => {}) // the process may be gone before its answer
  }

  /** Lets the client proxy route this service, and no other; returns where to send requests. */
  async openToClient(): Promise<LoadTarget> {
    const { name, namespace, servicePort } = this.spec
    await this.environment.api.merge(
      { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', namespace: 'default', name: 'client' },
      { spec: { egress: [{ hosts: [`${namespace}/${name}.${namespace}.svc.cluster.local`] }] } },
    )
    const host = `${name}.${namespace}.svc.cluster.local`
    await waitFor('the route of the client proxy', () => this.environment.mesh.weights(host, { proxy: 'client' }))
    return { url: `http://127.0.0.1:${servicePort}/`, host }
  }

  async #available(version: string): Promise<void> {
    const ref = this.deployment(version)
    await waitFor(`Deployment ${ref.name} to be available`, async () => {
      const { metadata, spec, status = {} } = await this.environment.api.get<Deployment>(ref)
      const counts = [status.availableReplicas ?? 0, status.updatedReplicas ?? 0, status.replicas ?? 0]
      return status.observedGeneration === metadata.generation && counts.every(count => count === spec.replicas)
    })
  }

  #istio(kind: string): Ref {
    return { apiVersion: 'networking.istio.io/v1', kind, namespace: this.spec.namespace, name: this.spec.name }
  }

  async #tell(pod: Pod, command: string): Promise<void> {
    const response = await fetch(`http://${pod.status?.podIP}:8080/${command}`)
    await response.arrayBuffer()
  }
}

/** As the proxy shows them: a subset of weight 0 is not there. */
function weights(canary: number): Weights {
  const all = { production: 100 - canary, canary }
  return Object.fromEntries(Object.entries(all).filter(([, weight]) => weight > 0))
}
