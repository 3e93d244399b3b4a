import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'
import { type Census, replicasOf } from './plan.js'

interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  readonly lastUpdateTime: string
  readonly lastTransitionTime: string
}

interface Observed {
  readonly census: Census
  /** Nothing has moved for longer than the progress deadline. */
  readonly isLate: boolean
  /** Why no pods can be made. */
  readonly refusal: string | undefined
}

/** The status of a Deployment, as the real controller would write it. */
export function deploymentStatus(deployment: KubeObject, { census, isLate, refusal }: Observed, now: string): object {
  const wanted = replicasOf(deployment)
  const { replicas, updated, available } = census
  const before = (dig(deployment, 'status', 'conditions') ?? []) as Condition[]
  return {
    observedGeneration: deployment.metadata.generation,
    replicas,
    updatedReplicas: updated,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
    conditions: [
      availability(available >= wanted),
      progress(isComplete(wanted, census), isLate),
      ...(refusal === undefined ? [] : [replicaFailure(refusal)]),
    ].map(condition => dated(condition, before, now)),
  }
}

/** Every pod is of the present template, and available. */
export const isComplete = (wanted: number, { replicas, updated, availableUpdated }: Census): boolean =>
  updated === wanted && replicas === wanted && availableUpdated === wanted

type Undated = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>

const availability = (holds: boolean): Undated => ({
  type: 'Available',
  status: holds ? 'True' : 'False',
  reason: holds ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
  message: holds ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
})

function progress(isDone: boolean, isLate: boolean): Undated {
  const type = 'Progressing'
  if (isDone) return { type, status: 'True', reason: 'NewReplicaSetAvailable', message: 'All pods are available.' }
  if (isLate)
    return {
      type,
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'Some pods did not become available in time.',
    }
  return { type, status: 'True', reason: 'ReplicaSetUpdated', message: 'Pods are being started or replaced.' }
}

const replicaFailure = (message: string): Undated => ({
  type: 'ReplicaFailure',
  status: 'True',
  reason: 'FailedCreate',
  message,
})

function dated(condition: Undated, before: readonly Condition[], now: string): Condition {
  const old = before.find(({ type }) => type === condition.type)
  const isSame = old?.status === condition.status && old.reason === condition.reason
  return {
    ...condition,
    lastUpdateTime: isSame ? old.lastUpdateTime : now,
    lastTransitionTime: old?.status === condition.status ? old.lastTransitionTime : now,
  }
}
