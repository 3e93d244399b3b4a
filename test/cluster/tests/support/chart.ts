import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
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
import { repositoryFile } from './product.js'

export const chart = repositoryFile('helm')

interface PodSpec {
  serviceAccountName: string
  containers: {
    args: string[]
    env?: { name: string; value?: string; valueFrom?: { secretKeyRef: { name: string; key: string } } }[]
    volumeMounts: { name: string; mountPath: string }[]
  }[]
  volumes: { name: string; configMap: { name: string } }[]
}
interface Workload extends KubeObject {
  spec: { template: { spec: PodSpec } }
}

/** What a container of the chart is, where there is no container engine: its program, arguments, files and environment. */
interface Container {
  readonly args: string[]
  readonly env: Record<string, string>
  readonly kubeconfig: string
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

  /** Installs or upgrades, and runs what the Deployment then says. */
  async deploy(verb: 'install' | 'upgrade', values: object, helm: Client = this.environment.helm) {
    // Other tests have written the CRD of this API server by hand; Helm 3 overwrites that unasked.
    const force = helm === this.environment.helm ? ['--force-conflicts'] : []
    const taking = ['--take-ownership', ...force]
    const flags = ['--namespace', this.namespace, '--wait', '--timeout', '4m', ...taking, '--values', '-']
    this.output += await helm([verb, this.name, chart, ...flags], { input: JSON.stringify(values) })
    return this.start()
  }

  /** Runs the controller's container until the test ends, or the next one replaces it as a rolling update would. */
  async start(): Promise<ControllerProcess> {
    const { args, env, kubeconfig } = await this.#container('apps/v1', 'Deployment', this.name)
    const controller = new ControllerProcess(this.environment, {
      command: [process.execPath, this.image, ...args],
      args: ['--http-host', '127.0.0.1', '--http-port', '0'],
      kubeconfig,
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
    const program = [this.image, ...args, '--kubeconfig', kubeconfig]
    const { stdout, failed } = await run(process.execPath, program, { env }).then(
      ({ stdout }) => ({ stdout, failed: false }),
      (error: CommandError) => ({ stdout: error.message, failed: true }),
    )
    await this.environment.api.merge(job, { status: jobStatus(failed) }, { subresource: 'status' })
    return stdout
  }

  async #container(apiVersion: string, kind: string, name: string): Promise<Container> {
    const { environment, namespace } = this
    const { spec } = await environment.api.get<Workload>({ apiVersion, kind, namespace, name })
    const { containers, volumes, serviceAccountName } = spec.template.spec
    const [{ args, env = [], volumeMounts } = { args: [], volumeMounts: [] }] = containers
    const files = await mkdtemp(join(environment.layout.directory, 'conf', 'pod-'))
    for (const { name: volume, mountPath } of volumeMounts) {
      const { configMap = { name: '' } } = volumes.find(({ name }) => name === volume) ?? {}
      await mkdir(join(files, mountPath), { recursive: true })
      const data = await this.#data('ConfigMap', configMap.name)
      for (const [file, text] of Object.entries(data)) await writeFile(join(files, mountPath, file), text)
    }
    const mounted = (arg: string) =>
      volumeMounts.some(({ mountPath }) => arg.startsWith(mountPath)) ? join(files, arg) : arg
    const resolved = env.map(async ({ name, value, valueFrom }): Promise<[string, string]> => {
      if (valueFrom === undefined) return [name, value ?? '']
      const secret = await this.#data('Secret', valueFrom.secretKeyRef.name)
      return [name, Buffer.from(secret[valueFrom.secretKeyRef.key] ?? '', 'base64').toString()]
    })
    return {
      args: args.map(mounted),
      env: Object.fromEntries(await Promise.all(resolved)),
      kubeconfig: await environment.kubeconfigFor(namespace, serviceAccountName),
    }
  }

  async #data(kind: 'ConfigMap' | 'Secret', name: string): Promise<Record<string, string>> {
    const ref = { apiVersion: 'v1', kind, namespace: this.namespace, name }
    return (await this.environment.api.get<KubeObject & { data: Record<string, string> }>(ref)).data
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
