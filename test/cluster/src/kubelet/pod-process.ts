import { type ChildProcess, fork } from 'node:child_process'
import http from 'node:http'
import { program } from '../paths.js'
import { environmentOf, type Pod, portOf, probePath } from './pod.js'

/** The process of one pod: started again with growing delay whenever it ends by itself. */
export class PodProcess {
  restarts = 0
  startedAt: string | undefined
  lastExitCode: number | undefined
  #child: ChildProcess | undefined
  #notBefore = 0

  /** @param changed called when the process begins to listen and when it ends */
  constructor(
    readonly pod: Pod,
    readonly address: string,
    readonly changed: () => void,
  ) {}

  /** Starts the process unless it runs or has to wait after a crash. */
  ensure(): void {
    if (this.#child || Date.now() < this.#notBefore) return
    const child = fork(program('kubelet/pod-server.js'), [], {
      execArgv: ['--max-old-space-size=64'],
      env: {
        PATH: process.env.PATH,
        ...environmentOf(this.pod),
        POD_NAME: this.pod.metadata.name,
        POD_IP: this.address,
        PORT: String(portOf(this.pod)),
      },
    })
    this.#child = child
    this.startedAt = new Date().toISOString()
    child.once('message', this.changed) // it listens now
    child.once('exit', code => {
      this.#child = undefined
      this.startedAt = undefined
      this.lastExitCode = code ?? 137
      this.restarts++
      this.#notBefore = Date.now() + Math.min(30_000, 500 * 2 ** this.restarts)
      this.changed()
    })
  }

  /** Whether it runs and its readiness probe is answered. */
  async ready(): Promise<boolean> {
    const probe = probePath(this.pod)
    return this.#child !== undefined && (probe === undefined || (await answers(this.address, probe)))
  }

  /** Ends it: SIGTERM, then SIGKILL after the grace period. */
  async end(graceMs: number): Promise<void> {
    const child = this.#child
    this.#notBefore = Number.POSITIVE_INFINITY
    if (!child) return
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs)
    child.kill('SIGTERM')
    await ended
    clearTimeout(force)
  }
}

function answers(host: string, { port, path }: { port: number; path: string }): Promise<boolean> {
  return new Promise(resolve => {
    const request = http.get({ host, port, path, timeout: 1000, agent: false }, response => {
      response.resume()
      resolve((response.statusCode ?? 500) < 400)
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })
}
