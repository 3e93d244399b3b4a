import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Client,
  type CommandError,
  ControllerProcess,
  test as clusterTest,
  type Environment,
  type KubeObject,
  type SlackPeer,
  waitFor,
} from '../../src/index.js'
import { run } from '../../src/run.js'
import { apiVersion, kind } from './birdwatch.js'
import { type Container, containerOf, type PodSpec } from './pod.js'
import { repositoryFile } from './product.js'

export const chart = repositoryFile('helm')

interface Workload extends KubeObject {
  spec: { template: { spec: PodSpec } }
}

/** The planted secret: nothing that the run leaves behind may show it. */
export const slackToken = 'xoxb-planted-4f1c9a'

/** The chart as it is installed by Helm, and its pods as processes of the image's own file system. */
export class Release {
  readonly name = 'birdwatch'
  readonly controllers: ControllerProcess[] = []
  /** Everything that helm printed. */
  output = ''

  constructor(
    readonly environment: Environment,
    readonly namespace: string,
    readonly slack: SlackPeer,
    readonly image: string,
  ) {}

  /** As the audit log calls it. */
  get user(): string {
    return `system:serviceaccount:${this.namespace}:${this.name}`
  }

  /** Values for this environment. The namespace of the release demands restricted pods. */
  values(further: { config?: object } = {}): object {
    const slack = { name: 'slack', type: 'slack', options: { apiUrl: this.slack.url } }
    return {
      slackToken,
      prometheusUrl: this.environment.prometheus.url,
      ...further,
      config: { notifiers: [slack], leaderElection: { leaseSeconds: 2 }, ...further.config },
    }
  }

  /** Installs or upgrades with these values, and runs what the Deployment then says. */
  deploy(verb: 'install' | 'upgrade', values: object, helm: Client = this.environment.helm) {
    return this.#deploy(verb, ['--values', '-'], helm, JSON.stringify(values))
  }

  /** Installs with these arguments. */
  install(flags: string[], helm: Client) {
    return this.#deploy('install', flags, helm)
  }

  async #deploy(verb: string, flags: string[], helm: Client, input = '') {
    // Other tests have written the CRD of this API server by hand; Helm 3 overwrites that unasked.
    const force = helm === this.environment.helm ? ['--force-conflicts'] : []
    const common = ['--namespace', this.namespace, '--wait', '--timeout', '4m', '--take-ownership', ...force]
    this.output += await helm([verb, this.name, chart, ...common, ...flags], { input })
    return this.start()
  }

  /** Runs the controller's container until the test ends, or the next one replaces it as a rolling update would. */
  async start(): Promise<ControllerProcess> {
    const { args, env, kubeconfig } = await this.#container('apps/v1', 'Deployment', this.name)
    const controller = new ControllerProcess(this.environment, {
      command: [process.execPath, this.image, ...args],
      args: ['--http-host', '127.0.0.1', '--http-port', '0'],
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      env,
    })
    await controller.start()
    this.controllers.push(controller)
    return controller
  }

  /** What the kubelet does with the pods of a Deployment that is gone or replaced. */
  async stopAll(): Promise<void> {
    for (const controller of this.controllers.splice(0)) if (await controller.running()) await controller.terminate()
  }

  /** Uninstalls; the chart's hook is run as its Job says, as nothing here runs Jobs. */
  async uninstall(flags: string[] = [], helm: Client = this.environment.helm): Promise<string> {
    const uninstalled = helm(['uninstall', this.name, '--namespace', this.namespace, '--timeout', '4m', ...flags])
    const ended = uninstalled.then(
      () => true,
      () => true,
    )
    const said = flags.includes('--no-hooks') ? '' : await this.#runHook(ended)
    this.output += await uninstalled
    await this.stopAll()
    return said
  }

  async #runHook(uninstalled: Promise<boolean>): Promise<string> {
    const job = { apiVersion: 'batch/v1', kind: 'Job', namespace: this.namespace, name: `${this.name}-rollback` }
    const created = waitFor('the Job of the hook', () => this.environment.api.find(job), { timeoutMs: 120_000 })
    if ((await Promise.race([created, uninstalled])) === true) return ''
    const { args, env, kubeconfig } = await this.#container('batch/v1', 'Job', job.name)
    const { stdout, failed } = await this.#run([...args, '--kubeconfig', kubeconfig ?? ''], env)
    await this.environment.api.merge(job, { status: jobStatus(failed) }, { subresource: 'status' })
    return stdout
  }

  /** Lets `helm test` ask the newest controller, by the pod that the chart makes for it. Resolves with what that said. */
  async test(helm: Client = this.environment.helm): Promise<string> {
    const pod = { apiVersion: 'v1', kind: 'Pod', namespace: this.namespace, name: `${this.name}-test` }
    const tested = helm(['test', this.name, '--namespace', this.namespace, '--timeout', '2m'])
    const ran = (async () => {
      const { spec } = await waitFor('the pod of the test', () =>
        this.environment.api.find<KubeObject & { spec: PodSpec }>(pod),
      )
      const { args, env } = await containerOf(this.environment, this.namespace, spec)
      const service = `http://${this.name}.${this.namespace}:8080`
      const { stdout, failed } = await this.#run(
        await Promise.all(args.map(async arg => arg.replace(service, await this.url()))),
        env,
      )
      await this.environment.api.merge(
        pod,
        { status: { phase: failed ? 'Failed' : 'Succeeded' } },
        { subresource: 'status' },
      )
      return stdout
    })()
    this.output += await tested.catch((error: Error) => error.message)
    return ran
  }

  /** Where the newest controller answers: what its Service stands for. */
  async url(): Promise<string> {
    const { port } = (await this.controllers.at(-1)?.waitForLog(({ msg }) => msg === 'listening')) ?? {}
    return `http://127.0.0.1:${port}`
  }

  /** Runs the image's program to its end. */
  #run(args: string[], env: Record<string, string>): Promise<{ stdout: string; failed: boolean }> {
    return run(process.execPath, [this.image, ...args], { env }).then(
      ({ stdout }) => ({ stdout, failed: false }),
      (error: CommandError) => ({ stdout: error.message, failed: true }),
    )
  }

  async #container(apiVersion: string, kind: string, name: string): Promise<Container> {
    const { environment, namespace } = this
    const { spec } = await environment.api.get<Workload>({ apiVersion, kind, namespace, name })
    return containerOf(environment, namespace, spec.template.spec)
  }
}

function jobStatus(failed: boolean): object {
  const at = new Date().toISOString().replace(/\.\d+Z/, 'Z')
  const condition = (type: string) => ({ type, status: 'True', lastProbeTime: at, lastTransitionTime: at })
  const conditions = (failed ? ['FailureTarget', 'Failed'] : ['SuccessCriteriaMet', 'Complete']).map(condition)
  return failed
    ? { startTime: at, failed: 1, conditions }
    : { startTime: at, completionTime: at, succeeded: 1, conditions }
}

/** `test` with the chart; the BirdWatches and what is installed go with the test. */
export const test = clusterTest.extend<{ release: Release; image: string }>({
  image: async ({ environment }, use) => {
    const directory = join(environment.layout.directory, 'image')
    const program = join(directory, 'app/bin/birdwatch.js')
    if (!existsSync(program))
      await run(process.execPath, [repositoryFile('packages/controller/image/assemble.js'), directory])
    await use(program)
  },
  release: async ({ environment, namespace, slack, image }, use) => {
    const system = `${namespace}-system`
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    await environment.api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: system, labels } })
    const release = new Release(environment, system, slack, image)
    await use(release)
    await environment.heal()
    await Promise.all(release.controllers.map(controller => controller.kill()))
    await environment.helm(['uninstall', release.name, '--namespace', system, '--ignore-not-found', '--no-hooks'])
    await removeBirdWatches(environment, namespace)
    await environment.api.delete({ apiVersion: 'v1', kind: 'Namespace', name: system })
  },
})

/** Without a controller nobody else takes the finalizer away. */
async function removeBirdWatches({ api }: Environment, namespace: string): Promise<void> {
  for (const { metadata } of await api.list({ apiVersion, kind, namespace }).catch(() => [])) {
    const ref = { apiVersion, kind, namespace, name: metadata.name }
    await api.merge(ref, { metadata: { finalizers: null } })
    await api.delete(ref)
  }
}
