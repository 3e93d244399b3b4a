import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Api } from '../api/client.js'
import { AuditLog } from '../audit.js'
import { type Client, commandLineClients } from '../kubectl.js'
import { Mesh } from '../mesh.js'
import { Prometheus } from '../prometheus.js'
import { Processes, Supervisor } from '../supervisor/client.js'
import type { Log } from '../tools/cache.js'
import { provideTools } from '../tools/index.js'
import {
  auditLogOf,
  kubeconfigOf,
  type Layout,
  loadLayout,
  type PartName,
  partNames,
  portNames,
  saveLayout,
} from './layout.js'
import { setUpMesh } from './mesh-setup.js'
import { parts } from './parts.js'
import { createPki, writeKubeconfig } from './pki.js'

export interface UpOptions {
  /** Where progress is told; default: nowhere. */
  log?: Log
  /** Keep the state directory at the end; default: `KEEP=1` in the environment. */
  keep?: boolean
}

/**
 * etcd, kube-apiserver, kube-controller-manager, istiod, two Envoys, Prometheus and a kubelet, as processes on
 * loopback ports of their own.
 */
export class Environment {
  readonly processes: Processes
  /** As user `admin`, who may do everything. */
  readonly api: Api
  readonly audit: AuditLog
  /** Runs kubectl as `admin`; arguments in, standard output back. */
  readonly kubectl: Client
  /** Runs Helm 4 as `admin`. */
  readonly helm: Client
  /** Runs Helm 3 as `admin`. */
  readonly helm3: Client
  readonly mesh: Mesh
  readonly prometheus: Prometheus
  #supervisor?: Supervisor

  private constructor(readonly layout: Layout) {
    this.processes = new Processes(layout.directory)
    this.api = Api.fromKubeconfig(this.kubeconfig)
    this.audit = new AuditLog(auditLogOf(layout), this.api)
    const { kubectl, helm, helm3 } = commandLineClients(layout.tools, this.kubeconfig, join(layout.directory, 'home'))
    this.kubectl = kubectl
    this.helm = helm
    this.helm3 = helm3
    this.mesh = new Mesh(layout, this.api)
    this.prometheus = new Prometheus(layout.ports.prometheus)
  }

  /** Starts an environment that belongs to this process: it ends with it, at the latest. */
  static async up({ log = () => {}, keep = process.env.KEEP === '1' }: UpOptions = {}): Promise<Environment> {
    const tools = await provideTools(log)
    const directory = await mkdtemp(join(tmpdir(), 'birdwatch-cluster-'))
    await Promise.all(['log', 'conf', 'tmp'].map(name => mkdir(join(directory, name))))
    const supervisor = await Supervisor.launch(directory, keep)
    try {
      const processes = new Processes(directory)
      const numbers = await processes.ports(portNames.length)
      const ports = Object.fromEntries(portNames.map((name, i) => [name, numbers[i]])) as Layout['ports']
      const layout = { directory, tools, ports, podNetwork: `127.${64 + (await processes.block())}` }
      saveLayout(layout)
      await createPki(layout)
      const environment = new Environment(layout)
      environment.#supervisor = supervisor
      await environment.#startAll(log)
      return environment
    } catch (error) {
      await supervisor.close()
      throw error
    }
  }

  /** Another process's environment; `directory` is its `layout.directory`. */
  static attach(directory: string): Environment {
    return new Environment(loadLayout(directory))
  }

  get kubeconfig(): string {
    return kubeconfigOf(this.layout, 'admin')
  }

  /** Starts a part and resolves when it works; fails with the end of its log when it dies before. */
  async start(name: PartName): Promise<void> {
    const part = parts[name]
    await part.configure?.(this.layout)
    await this.processes.start({ name, ...part.command(this.layout) })
    await this.processes.ready(name, () => part.ready(this.layout))
  }

  /** Ends a part in good order (SIGTERM). */
  stop(name: PartName): Promise<void> {
    return this.processes.stop(name)
  }

  /** Sends a signal; one that kills is waited for. `SIGSTOP` freezes a part, `SIGCONT` resumes it. */
  async kill(name: PartName, signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT' = 'SIGKILL'): Promise<void> {
    await this.processes.signal(name, signal)
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await this.processes.ended(name)
  }

  /** Stops the part if it still runs, starts it, and resolves when it works. */
  async restart(name: PartName): Promise<void> {
    await this.stop(name)
    await this.start(name)
  }

  /** Resumes and starts whatever was frozen, stopped or killed, so that all parts work again. */
  async heal(): Promise<void> {
    for (const name of partNames) {
      await this.processes.signal(name, 'SIGCONT')
      if (!(await this.processes.running(name))) await this.start(name)
    }
  }

  /** Ports that nothing else uses while this environment lives, e.g. for the server of a Gateway. */
  ports(count: number): Promise<number[]> {
    return this.processes.ports(count)
  }

  /**
   * A kubeconfig with a token of a ServiceAccount, valid for an hour: requests made with it are subject to RBAC and
   * appear in the audit log as `system:serviceaccount:<namespace>:<name>`.
   */
  async kubeconfigFor(namespace: string, serviceAccount: string): Promise<string> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } }
    const { status } = await this.api.request<{ status: { token: string } }>('POST', path, { body })
    return writeKubeconfig(this.layout, `${namespace}.${serviceAccount}`, { token: status.token }, namespace)
  }

  /** Kills everything and removes the state directory. Only the process that called `up` ends the environment. */
  async close(): Promise<void> {
    this.api.close()
    await this.#supervisor?.close()
  }

  /** Resolves when the environment has ended. For the process that called `up`. */
  async ended(): Promise<void> {
    await this.#supervisor?.ended()
  }

  async #startAll(log: Log): Promise<void> {
    const started = Date.now()
    const start = async (name: PartName) => {
      await this.start(name)
      log(`${name}: ready at ${((Date.now() - started) / 1000).toFixed(1)} s`)
    }
    const kubernetes = async () => {
      await start('etcd')
      await start('apiserver')
      await Promise.all([start('controller-manager'), start('kubelet'), mesh()])
    }
    const mesh = async () => {
      await setUpMesh(this.api, this.layout)
      await start('istiod')
      await Promise.all([start('gateway'), start('client')])
    }
    await Promise.all([kubernetes(), start('prometheus')])
    await this.prometheus.targetsUp()
  }
}
