import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '@birdwatch/core'
import { ApiError } from '../api/errors.js'
import type { Followed, LocalApi } from '../api/local.js'
import type { KubeObject } from '../api/object.js'
import { timestamp } from '../api/write/surroundings.js'
import { dig } from '../json.js'
import { knobAnnotationsOf } from './knobs.js'
import { revisionAnnotation } from './names.js'
import { newPod } from './new-pod.js'
import { countPods, planPods, templateHash } from './plan.js'
import { Progress } from './progress.js'
import { deploymentStatus } from './status.js'

interface Managed {
  deployment: KubeObject
  readonly progress: Progress
  /** Of the template that the last revision was counted for. */
  hash: string
  revision: number
  /** Why the API refuses pods of that template. */
  refusal: string | undefined
}

const pathOf = ({ metadata: { namespace, name } }: KubeObject, root: string, plural: string): string =>
  `${root}/namespaces/${namespace}/${plural}/${name}`

const deploymentPath = (deployment: KubeObject) => pathOf(deployment, '/apis/apps/v1', 'deployments')
const collectionOf = ({ metadata }: KubeObject) => `/api/v1/namespaces/${metadata.namespace}/pods`
const podPath = (pod: KubeObject) => pathOf(pod, '/api/v1', 'pods')

/** Keeps the pods of every Deployment as many, and as, they are wanted, and its status true. */
export class DeploymentController {
  readonly #api: LocalApi
  readonly #clock: Clock
  readonly #managed = new Map<string, Managed>()
  readonly #pods = new Map<string, KubeObject>()
  readonly #due = new Set<string>()
  readonly #unfollow: readonly (() => void)[]

  constructor(api: LocalApi, clock: Clock) {
    this.#api = api
    this.#clock = clock
    this.#unfollow = [
      api.follow('/apis/apps/v1/deployments', change => this.#deploymentChanged(change)),
      api.follow('/api/v1/pods', change => this.#podChanged(change)),
    ]
  }

  stop(): void {
    for (const end of this.#unfollow) end()
    for (const { progress } of this.#managed.values()) progress.end()
    this.#managed.clear()
  }

  #deploymentChanged({ type, object }: Followed): void {
    const { uid } = object.metadata
    const managed = this.#managed.get(uid)
    if (type === 'DELETED' || object.metadata.deletionTimestamp !== undefined) {
      managed?.progress.end()
      this.#managed.delete(uid)
    } else if (managed) managed.deployment = object
    else {
      const progress = new Progress(this.#clock, () => this.#enqueue(uid))
      this.#managed.set(uid, { deployment: object, progress, hash: '', revision: 0, refusal: undefined })
    }
    this.#enqueue(uid)
  }

  #podChanged({ type, object }: Followed): void {
    const { uid, ownerReferences = [] } = object.metadata
    if (type === 'DELETED') this.#pods.delete(uid)
    else this.#pods.set(uid, object)
    for (const owner of ownerReferences) this.#enqueue(owner.uid)
  }

  /** What changes together is looked at once, and not from within the change itself. */
  #enqueue(uid: string): void {
    if (this.#due.size === 0) queueMicrotask(() => this.#work())
    this.#due.add(uid)
  }

  #work(): void {
    const due = [...this.#due]
    this.#due.clear()
    for (const uid of due) {
      const managed = this.#managed.get(uid)
      if (managed) this.#reconcile(managed)
    }
  }

  #reconcile(managed: Managed): void {
    const { deployment } = managed
    const pods = this.#podsOf(deployment)
    this.#countRevision(managed)
    if (dig(deployment, 'spec', 'paused') !== true) this.#adjust(managed, pods)
    for (const pod of pods) this.#turnKnobs(deployment, pod)
    const census = countPods(deployment, pods)
    const isLate = managed.progress.isLate(deployment, census)
    const status = deploymentStatus(
      deployment,
      { census, isLate, refusal: managed.refusal },
      timestamp(this.#clock.now()),
    )
    this.#api.merge(`${deploymentPath(deployment)}/status`, { status })
  }

  #podsOf({ metadata: { uid } }: KubeObject): KubeObject[] {
    return [...this.#pods.values()].filter(pod => pod.metadata.ownerReferences?.some(owner => owner.uid === uid))
  }

  #countRevision(managed: Managed): void {
    const hash = templateHash(managed.deployment)
    if (hash === managed.hash) return
    managed.hash = hash
    managed.refusal = undefined
    managed.revision++
    const annotations = { [revisionAnnotation]: `${managed.revision}` }
    this.#api.merge(deploymentPath(managed.deployment), { metadata: { annotations } })
  }

  #adjust(managed: Managed, pods: readonly KubeObject[]): void {
    const { deployment } = managed
    const { create, remove } = planPods(deployment, pods)
    for (const pod of remove) this.#api.evict(podPath(pod))
    try {
      // What was refused once is not tried again before the template changes.
      for (let i = 0; i < create && managed.refusal === undefined; i++)
        this.#api.create(collectionOf(deployment), newPod(deployment))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      managed.refusal = error.message
    }
  }

  /** The knobs of a Deployment are those of its pods; one that is taken away is not set anew. */
  #turnKnobs(deployment: KubeObject, pod: KubeObject): void {
    const wanted = knobAnnotationsOf(deployment)
    const present = knobAnnotationsOf(pod)
    if (isDeepStrictEqual(wanted, present)) return
    const gone = Object.fromEntries(Object.keys(present).map(name => [name, null]))
    this.#api.merge(podPath(pod), { metadata: { annotations: { ...gone, ...wanted } } })
  }
}
