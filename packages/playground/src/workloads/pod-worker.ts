import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@birdwatch/core'
import type { LocalApi } from '../api/local.js'
import type { KubeObject } from '../api/object.js'
import { environmentOf, knobsOf } from './knobs.js'
import { addressAnnotation } from './names.js'
import { PodProcess, type PodState } from './pod-process.js'
import { podStatus } from './pod-status.js'

export interface PodWorkerOptions {
  readonly api: LocalApi
  readonly clock: Clock
  /** How long a pod goes on serving after it began to leave, milliseconds: proxies must hear of it first. */
  readonly drainMs: number
}

/** How long requests under way may take after that, milliseconds. */
const graceMs = 5_000
/** The pause before the first restart of a process that crashed; it doubles, up to half a minute. */
const firstBackoffMs = 500

/** Runs the process of one pod, restarts it, and tells the API how it is. */
export class PodWorker {
  readonly #options: PodWorkerOptions
  readonly #ending = new AbortController()
  readonly #path: string
  #pod: KubeObject
  #process: PodProcess | undefined
  #restarts = 0

  constructor(pod: KubeObject, options: PodWorkerOptions) {
    this.#pod = pod
    this.#options = options
    this.#path = podPath(pod)
    this.#start()
  }

  /** The pod has changed: its knobs may have. */
  update(pod: KubeObject): void {
    const isTurned = !isDeepStrictEqual(knobsOf(pod), knobsOf(this.#pod))
    this.#pod = pod
    if (isTurned) this.#process?.turn(knobsOf(pod))
  }

  /** The pod is to go: it serves on for a moment, ends, and then its object goes too. Resolves after that. */
  async end(): Promise<void> {
    const { api, clock, drainMs } = this.#options
    this.#ending.abort()
    await clock.sleep(drainMs)
    await this.#process?.end(graceMs)
    api.delete(this.#path)
  }

  /** Ends the process at once. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#ending.abort()
    await this.#process?.end(0)
  }

  #start(): void {
    const { metadata } = this.#pod
    this.#process = new PodProcess({
      environment: {
        VERSION: metadata.labels?.version ?? 'unknown',
        POD_NAME: metadata.name,
        ...environmentOf(this.#pod),
      },
      knobs: knobsOf(this.#pod),
      report: state => this.#report(state),
      exited: code => this.#restart(code),
    })
  }

  #restart(exitCode: number): void {
    this.#process = undefined
    if (this.#ending.signal.aborted) return
    const pauseMs = Math.min(30_000, firstBackoffMs * 2 ** this.#restarts++)
    this.#write(false, { waiting: { reason: 'CrashLoopBackOff', message: `the process ended with ${exitCode}` } })
    this.#options.clock.sleep(pauseMs, this.#ending.signal).then(
      () => this.#start(),
      () => {},
    )
  }

  #report({ port, ready }: PodState): void {
    if (this.#ending.signal.aborted) return
    this.#write(ready, { running: {} }, `127.0.0.1:${port}`)
  }

  #write(ready: boolean, state: object, address?: string): void {
    const { api, clock } = this.#options
    // Somebody may have deleted the object altogether.
    if (!api.get(this.#path)) return
    if (address !== undefined) api.merge(this.#path, { metadata: { annotations: { [addressAnnotation]: address } } })
    const now = new Date(clock.now()).toISOString()
    const status = podStatus(this.#pod, { ready, state, restarts: this.#restarts, pid: this.#process?.pid, now })
    api.merge(`${this.#path}/status`, { status })
  }
}

const podPath = ({ metadata: { namespace, name } }: KubeObject): string =>
  `/api/v1/namespaces/${namespace}/pods/${name}`
