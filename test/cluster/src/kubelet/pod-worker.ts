import { setTimeout as delay } from 'node:timers/promises'
import { type Api, ApiError } from '../api/client.js'
import { refTo } from '../api/objects.js'
import { containerOf, type Pod } from './pod.js'
import { PodProcess } from './pod-process.js'
import { type Observation, podStatus, workloadEntry } from './report.js'

/** Milliseconds between leaving the mesh and SIGTERM: proxies need a moment to stop sending. */
const drainMs = 2000

/**
 * Brings one pod from what it is to what it should be, again and again until it is deleted. Every round looks at the
 * whole state, so a round that failed (the API server was away) is simply repeated.
 */
export class PodWorker {
  readonly #process: PodProcess
  #gone = false
  #wake: () => void = () => {}
  /** The WorkloadEntry as it was written; `absent` after its removal; unknown at first: an earlier kubelet may have left one. */
  #published: string | undefined
  #reported = ''

  constructor(
    readonly api: Api,
    private pod: Pod,
    readonly address: string,
    readonly log: (line: string) => void,
  ) {
    this.#process = new PodProcess(pod, address, () => this.#wake())
  }

  /** The pod as it is now in the API. */
  update(pod: Pod): void {
    this.pod = pod
    this.#wake()
  }

  /** The pod is no longer in the API. */
  gone(): void {
    this.#gone = true
    this.#wake()
  }

  /** Resolves when nothing of the pod is left. */
  async run(): Promise<void> {
    for (let done = false; !done; ) {
      try {
        done = await this.#round()
      } catch (error) {
        this.log(`${this.pod.metadata.namespace}/${this.pod.metadata.name}: ${error}`)
        await delay(300)
      }
    }
  }

  /** @returns whether the pod is done with */
  async #round(): Promise<boolean> {
    if (this.#gone) {
      await this.#process.end(0)
      await this.#publish('absent')
      return true
    }
    if (this.pod.metadata.deletionTimestamp) {
      await this.#remove()
      return true
    }
    this.#process.ensure()
    const woken = new Promise<void>(resolve => {
      this.#wake = resolve
    })
    const ready = await this.#process.ready()
    await this.#publish(ready ? JSON.stringify(workloadEntry(this.pod, this.address)) : 'absent')
    await this.#report(ready)
    const period = containerOf(this.pod).readinessProbe?.periodSeconds ?? 1
    await Promise.race([woken, delay(ready ? period * 1000 : 250, undefined, { ref: false })])
    return false
  }

  /** The order in which a connection-draining shutdown happens: out of the mesh, wait, end, delete. */
  async #remove(): Promise<void> {
    await this.#publish('absent')
    await delay(drainMs)
    await this.#process.end((this.pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000)
    const { uid = '' } = this.pod.metadata
    await ignoring([409], this.api.delete(refTo(this.pod), { gracePeriodSeconds: 0, uid })) // 409: a namesake
  }

  async #publish(entry: string): Promise<void> {
    if (entry === this.#published) return
    const ref = { ...refTo(this.pod), apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry' }
    // a namespace that is being deleted refuses new objects with 403
    await (entry === 'absent' ? this.api.delete(ref) : ignoring([403, 404], this.api.apply(JSON.parse(entry))))
    this.#published = entry
  }

  async #report(ready: boolean): Promise<void> {
    const { startedAt, restarts, lastExitCode } = this.#process
    const seen: Observation = {
      address: this.address,
      ready,
      restarts,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(lastExitCode === undefined ? {} : { lastExitCode }),
    }
    if (JSON.stringify(seen) === this.#reported) return
    const status = podStatus(this.pod, seen, new Date().toISOString().replace(/\.\d+Z/, 'Z'))
    await ignoring([404], this.api.merge(refTo(this.pod), { status }, { subresource: 'status' }))
    this.#reported = JSON.stringify(seen)
  }
}

async function ignoring(statuses: number[], request: Promise<unknown>): Promise<void> {
  await request.catch(error => {
    if (!(error instanceof ApiError) || !statuses.includes(error.status)) throw error
  })
}
