import type { Followed } from '../api/local.js'
import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'
import { nodeName } from './names.js'
import { PodWorker, type PodWorkerOptions } from './pod-worker.js'

/** Runs every pod of the API on this machine. */
export class Kubelet {
  readonly #options: PodWorkerOptions
  readonly #workers = new Map<string, PodWorker>()
  readonly #leaving = new Map<PodWorker, Promise<void>>()
  readonly #unfollow: () => void

  constructor(options: PodWorkerOptions) {
    this.#options = options
    this.#unfollow = options.api.follow('/api/v1/pods', change => this.#changed(change))
  }

  /** Ends all processes at once; the objects stay. Resolves when no process is left. */
  async stop(): Promise<void> {
    this.#unfollow()
    const workers = [...this.#workers.values(), ...this.#leaving.keys()]
    await Promise.all(workers.map(worker => worker.stop()))
    await Promise.all(this.#leaving.values())
  }

  #changed({ type, object }: Followed): void {
    const { uid, deletionTimestamp } = object.metadata
    const worker = this.#workers.get(uid)
    if (type === 'DELETED' || deletionTimestamp !== undefined) this.#remove(uid)
    else if (worker) worker.update(object)
    else if (dig(object, 'spec', 'nodeName') === undefined) this.#assign(object)
    else this.#workers.set(uid, new PodWorker(object, this.#options))
  }

  #assign({ metadata: { namespace, name } }: KubeObject): void {
    this.#options.api.merge(`/api/v1/namespaces/${namespace}/pods/${name}`, { spec: { nodeName } })
  }

  #remove(uid: string): void {
    const worker = this.#workers.get(uid)
    if (!worker) return
    this.#workers.delete(uid)
    this.#leaving.set(
      worker,
      worker.end().finally(() => this.#leaving.delete(worker)),
    )
  }
}
