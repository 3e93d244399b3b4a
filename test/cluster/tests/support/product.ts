import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import {
  type App,
  type ControllerOptions,
  type ControllerProcess,
  test as clusterTest,
  type Environment,
  established,
  type KubeObject,
  type SlackPeer,
  waitFor,
} from '../../src/index.js'
import { apiVersion, BirdWatch, kind } from './birdwatch.js'
import { createIdentity, type Identity } from './rbac.js'

export const repositoryFile = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url))

type Start = (controller: ControllerOptions) => Promise<ControllerProcess>

/** BirdWatch as it is installed: its CRD, a ServiceAccount, and a controller with Prometheus and Slack. */
export class Product {
  constructor(
    readonly environment: Environment,
    readonly namespace: string,
    readonly identity: Identity,
    readonly slack: SlackPeer,
    private readonly startController: Start,
  ) {}

  /**
   * Starts a controller that finds Prometheus and Slack by its environment, and has a Lease of the test's own.
   * `kubeconfig` may lead elsewhere than to the API server itself.
   */
  async start(config: object = {}, kubeconfig = this.identity.kubeconfig): Promise<ControllerProcess> {
    const slack = { name: 'slack', type: 'slack', options: { channel: '#releases', apiUrl: this.slack.url } }
    const controller = await this.startController({
      kubeconfig,
      args: ['--http-host', '127.0.0.1', '--http-port', '0'],
      env: { PROMETHEUS_URL: this.environment.prometheus.url, SLACK_API_TOKEN: 'xoxb-test' },
      config: { notifiers: [slack], leaderElection: { leaseSeconds: 2 }, ...config },
    })
    await controller.waitForLog(({ msg }) => msg === 'ready to act')
    return controller
  }

  /** A BirdWatch of the app, in a hurry. */
  async watch(app: App, spec: object = {}): Promise<BirdWatch> {
    const birdWatch = new BirdWatch(this.environment, this.namespace, app.spec.name)
    return birdWatch.apply({ ...hurried(app), ...spec })
  }

  birdWatch(name: string): BirdWatch {
    return new BirdWatch(this.environment, this.namespace, name)
  }

  /** The texts that were posted to Slack, which is what notifies people; updates of a message do not. */
  posts(): string[] {
    return this.slack.callsOf('chat.postMessage').map(({ args }) => String(args.text))
  }
}

/** As the seed's example, with the errors of this app only, and a weight step every second. */
export const hurried = (app: App) => ({
  service: app.spec.name,
  canary_version: 'v04',
  if_unhealthy: 'rollback',
  increment: 10,
  interval: 1,
  propagation: 1,
  deviation: 0.5,
  metric: errorsOf(app, 'v04'),
})

/** Answers 500 per second; no data before the first one. */
export const errorsOf = ({ spec }: App, version: string): string =>
  `sum(irate(istio_requests_total{destination_service_namespace="${spec.namespace}",destination_version="${version}",response_code="500"}[30s]))`

export const test = clusterTest.extend<{ product: Product }>({
  product: async ({ environment, namespace, startController, slack }, use) => {
    await install(environment)
    const identity = await createIdentity(environment, namespace)
    const started: ControllerProcess[] = []
    const start: Start = async options => {
      const controller = await startController(options)
      started.push(controller)
      return controller
    }
    await use(new Product(environment, namespace, identity, slack, start))
    await environment.heal()
    await Promise.all(started.map(controller => controller.kill()))
    await remove(environment, namespace)
    await identity.revoke()
  },
})

/** The resource as it is shipped; what another test may have made of it is overwritten. */
async function install({ api }: Environment): Promise<void> {
  const crd = parse(await readFile(repositoryFile('helm/files/crd.yaml'), 'utf8')) as KubeObject
  await api.apply(crd)
  await established(api, crd)
}

/** Without a controller nobody else takes the finalizer away; and the controller of the next test shall see none of it. */
async function remove({ api }: Environment, namespace: string): Promise<void> {
  await waitFor('the BirdWatches to be gone', async () => {
    const left = await api.list({ apiVersion, kind, namespace })
    for (const { metadata } of left) {
      const ref = { apiVersion, kind, namespace, name: metadata.name }
      if (metadata.finalizers !== undefined) await api.merge(ref, { metadata: { finalizers: null } })
      await api.delete(ref)
    }
    return left.length === 0
  })
}
