import type { KubeObject } from '../api/object.js'
import { dig } from '../json.js'

/** How the process of a pod is. */
export interface Observed {
  readonly ready: boolean
  readonly state: object
  readonly restarts: number
  readonly pid: number | undefined
  readonly now: string
}

/** The status of a pod, as a kubelet would write it. */
export function podStatus(pod: KubeObject, { ready, state, restarts, pid, now }: Observed): object {
  const [container] = (dig(pod, 'spec', 'containers') ?? []) as { name: string; image?: string }[]
  const before = (dig(pod, 'status', 'conditions') ?? []) as {
    type: string
    status: string
    lastTransitionTime: string
  }[]
  const condition = (type: string, holds: boolean) => {
    const status = holds ? 'True' : 'False'
    const same = before.find(other => other.type === type && other.status === status)
    return { type, status, lastTransitionTime: same?.lastTransitionTime ?? now }
  }
  const containerID = pid === undefined ? {} : { containerID: `process://${pid}` }
  return {
    phase: 'Running',
    podIP: '127.0.0.1',
    hostIP: '127.0.0.1',
    startTime: dig(pod, 'status', 'startTime') ?? now,
    conditions: [condition('Ready', ready), condition('ContainersReady', ready)],
    containerStatuses: [
      {
        name: container?.name,
        image: container?.image ?? '',
        imageID: '',
        ...containerID,
        ready,
        restartCount: restarts,
        state,
      },
    ],
  }
}
