import { crd, type LogLevel } from '@birdwatch/controller'
import { LocalApi } from '../api/local.js'
import { ApiMachine } from '../api/machine.js'
import { serveApi } from '../api/server.js'
import { Load } from '../load/load.js'
import { startMesh } from '../mesh/mesh.js'
import { startMetrics } from '../metrics/metrics.js'
import { startWorkloads } from '../workloads/workloads.js'
import { app, type SampleOptions } from './app.js'
import { startController } from './controller.js'
import { pageExtras } from './page.js'
import { expectPrometheus, startPrometheus } from './prometheus.js'
import { Sample } from './sample.js'
import { standIns } from './stand-ins.js'
import { createWorkspace } from './workspace.js'

export interface Ports {
  readonly page: number
  readonly api: number
  readonly mesh: number
  /** Of what a Prometheus scrapes, and of the stand-in for one. */
  readonly metrics: number
  readonly controller: number
}

/** Where the metrics are asked: a Prometheus that is there, one to be started from a program, or the stand-in. */
export type PrometheusChoice = { readonly url: string } | { readonly program: string } | 'stand-in'

export interface PlaygroundOptions extends Partial<SampleOptions> {
  /** Of 127.0.0.1. Default 0, any free one, for each. */
  readonly ports?: Partial<Ports>
  /** Requests per second to the sample service. Default 50. */
  readonly requestsPerSecond?: number
  /** Default: the stand-in. A Prometheus that is there must scrape `urls.metrics` every second. */
  readonly prometheus?: PrometheusChoice
  /** Time between the samples that the stand-in takes, milliseconds. Default 1000. */
  readonly sampleMs?: number
  /** What the controller logs, to standard error. Default `warn`. */
  readonly logLevel?: LogLevel
  /**
   * A configuration file of the controller, for plugins of your own. Its providers come after the playground's, which is
   * named `prometheus` and replaces one of that name; where the controller listens, and its Lease, are the playground's.
   */
  readonly configFile?: string
}

/** Everything, running. */
export interface Playground {
  readonly urls: Readonly<Record<keyof Ports | 'prometheus', string>>
  /** For `kubectl --kubeconfig`. */
  readonly kubeconfig: string
  readonly machine: ApiMachine
  readonly sample: Sample
  readonly load: Load
  /** Ends everything, and leaves nothing behind. */
  stop(): Promise<void>
}

const anyPorts: Ports = { page: 0, api: 0, mesh: 0, metrics: 0, controller: 0 }

/**
 * Starts the unmodified controller on embedded parts: a Kubernetes API, a mesh, workloads, metrics and load, with a
 * sample service whose version v04 is rolled out at once, and a page to watch it. Rejects with the error of `listen` for
 * a port that is taken, after it has ended what had begun.
 */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const endings: (() => unknown)[] = []
  /** In the opposite order: what came later uses what came before. */
  const stop = async () => {
    for (let end = endings.pop(); end; end = endings.pop()) await end()
  }
  try {
    return { ...(await start(options, end => endings.push(end))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  options: PlaygroundOptions,
  afterwards: (end: () => unknown) => void,
): Promise<Omit<Playground, 'stop'>> {
  const { requestsPerSecond = 50, sampleMs = 1_000, logLevel = 'warn', prometheus = 'stand-in' } = options
  const { interval = 5, increment = 10, propagation = 5, configFile } = options
  const ports = { ...anyPorts, ...options.ports }
  const closing = <T extends { close(): unknown }>(part: T): T => {
    afterwards(() => part.close())
    return part
  }
  const machine = new ApiMachine({ crds: [crd()] })
  const api = closing(await serveApi(machine, { port: ports.api }))
  const { directory, kubeconfig, remove } = createWorkspace(api.url)
  afterwards(remove)
  const metrics = closing(await startMetrics({ port: ports.metrics, intervalMs: sampleMs }))
  const mesh = closing(await startMesh(machine, { port: ports.mesh, handled: result => metrics.record(result) }))
  const workloads = startWorkloads(machine)
  afterwards(() => workloads.stop())
  const sample = new Sample(new LocalApi(machine, 'playground'), { interval, increment, propagation })
  await sample.create()
  // The first request finds the pods.
  await mesh.settled
  const load = new Load({ url: mesh.url, host: app, requestsPerSecond })
  // Nobody counts these any more.
  afterwards(() => load.stop(0))
  const prometheusUrl = await chosen(prometheus, directory, metrics.url, closing)
  const page = pageExtras({
    api: new LocalApi(machine, 'dashboard'),
    kubeconfig,
    sample,
    load,
    standIns: standIns(prometheus),
  })
  const controller = await startController({ kubeconfig, prometheusUrl, ports, page, logLevel, configFile })
  afterwards(() => controller.stop())
  const urls = {
    page: `http://127.0.0.1:${controller.dashboardPort}`,
    api: api.url,
    mesh: mesh.url,
    metrics: metrics.url,
    prometheus: prometheusUrl,
    controller: `http://127.0.0.1:${controller.port}`,
  }
  return { urls, kubeconfig, machine, sample, load }
}

async function chosen(
  choice: PrometheusChoice,
  directory: string,
  scrape: string,
  closing: <T extends { close(): unknown }>(part: T) => T,
): Promise<string> {
  if (choice === 'stand-in') return scrape
  if ('url' in choice) {
    await expectPrometheus(choice.url)
    return choice.url
  }
  return closing(await startPrometheus({ program: choice.program, directory, scrape })).url
}
