import { containerOf, type Pod } from './pod.js'

/** What the kubelet knows of a pod's process. */
export interface Observation {
  address: string
  ready: boolean
  /** When the process started; absent while it does not run. */
  startedAt?: string
  restarts: number
  lastExitCode?: number
}

/** The pod's status as a kubelet would report it at a point in time. */
export function podStatus(pod: Pod, seen: Observation, now: string): object {
  const running = seen.startedAt !== undefined
  const waiting = { reason: seen.restarts > 0 ? 'CrashLoopBackOff' : 'ContainerCreating' }
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: now,
    ...(holds ? {} : { reason: 'ContainersNotReady' }),
  })
  return {
    phase: 'Running',
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: seen.address,
    podIPs: [{ ip: seen.address }],
    startTime: pod.metadata.creationTimestamp,
    conditions: [
      condition('Initialized', true),
      condition('PodReadyToStartContainers', true),
      condition('ContainersReady', seen.ready),
      condition('Ready', seen.ready),
      condition('PodScheduled', true),
    ],
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: seen.ready,
      started: running,
      restartCount: seen.restarts,
      state: running ? { running: { startedAt: seen.startedAt } } : { waiting },
      ...(seen.lastExitCode === undefined
        ? {}
        : { lastState: { terminated: { exitCode: seen.lastExitCode, reason: 'Error' } } }),
    })),
  }
}

/**
 * How the mesh learns of a ready pod. Endpoints and EndpointSlices refuse loopback addresses, a WorkloadEntry does
 * not, and istiod selects it by the ordinary selector of a Service.
 */
export function workloadEntry(pod: Pod, address: string) {
  const { name, namespace, uid = '' } = pod.metadata
  const { 'pod-template-hash': _, ...podLabels } = pod.metadata.labels ?? {}
  // without the workload's name, metrics would be per pod instead of per Deployment
  const labels = { 'service.istio.io/workload-name': workloadName(pod), ...podLabels }
  const ports = Object.fromEntries(
    (containerOf(pod).ports ?? []).flatMap(port => (port.name ? [[port.name, port.containerPort]] : [])),
  )
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    spec: { address, labels, ports, serviceAccount: pod.spec.serviceAccountName ?? 'default' },
  }
}

/** A ReplicaSet is called like its Deployment plus a hash. */
function workloadName({ metadata: { name, ownerReferences } }: Pod): string {
  const [owner] = ownerReferences ?? []
  return owner?.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/, '') : name
}
