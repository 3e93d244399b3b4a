import type { KubeObject } from '@birdwatch/kube'
import type { DestinationRule, ManagedFieldsEntry, VirtualService } from '@birdwatch/router-istio'
import type { Deployment, Service } from '../readiness.js'

/** What is kept of each kind: only what is read somewhere, because thousands of objects are held in memory. */

export interface InNamespace {
  readonly namespace: string
}

type RouteList = 'http' | 'tcp' | 'tls'

export function projectVirtualService({ metadata, spec = {} }: VirtualService): VirtualService {
  const lists = (['http', 'tcp', 'tls'] as const).flatMap((list: RouteList) => {
    const routes = spec[list]?.map(({ name, route, mirror, mirrors }) => ({
      ...(name === undefined ? {} : { name }),
      ...(route === undefined
        ? {}
        : { route: route.map(({ destination, weight }) => defined({ destination, weight })) }),
      ...defined({ mirror, mirrors }),
    }))
    return routes === undefined ? [] : [[list, routes] as const]
  })
  return { metadata: projectMetadata(metadata), spec: Object.fromEntries(lists) }
}

export function projectDestinationRule({ metadata, spec = {} }: DestinationRule): DestinationRule {
  const { host, subsets } = spec
  return {
    metadata: projectMetadata(metadata),
    spec: defined({ host, subsets: subsets?.map(({ name, labels }) => defined({ name, labels })) }),
  }
}

/** Of managedFields it matters who owns which list in the spec, and since when. */
function projectMetadata({ name, namespace, resourceVersion, generation, managedFields }: VirtualService['metadata']) {
  return {
    name,
    namespace,
    resourceVersion,
    ...defined({ generation, managedFields: managedFields?.flatMap(projectOwner) }),
  }
}

function projectOwner({ manager, time, fieldsV1 }: ManagedFieldsEntry): ManagedFieldsEntry[] {
  const spec = fieldsV1?.['f:spec']
  if (typeof spec !== 'object' || spec === null) return []
  const lists = Object.fromEntries(Object.keys(spec).map(field => [field, {}]))
  return [{ ...defined({ manager, time }), fieldsV1: { 'f:spec': lists } }]
}

export interface RawDeployment extends KubeObject {
  readonly metadata: {
    readonly name: string
    readonly namespace: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation: number
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly spec: {
    readonly replicas?: number
    readonly template: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } }
  }
  readonly status?: {
    readonly observedGeneration?: number
    readonly replicas?: number
    readonly updatedReplicas?: number
    readonly availableReplicas?: number
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[]
  }
}

export function projectDeployment({ metadata, spec, status = {} }: RawDeployment): Deployment & InNamespace {
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing')
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation,
    revision: metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '0',
    podLabels: spec.template.metadata?.labels ?? {},
    desired: spec.replicas ?? 1,
    status: {
      observedGeneration: status.observedGeneration ?? 0,
      replicas: status.replicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      available: status.availableReplicas ?? 0,
      deadlineExceeded: progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded',
    },
  }
}

export interface RawService extends KubeObject {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string }
  readonly spec?: { readonly selector?: Readonly<Record<string, string>> }
}

export const projectService = ({ metadata, spec }: RawService): Service & InNamespace => ({
  namespace: metadata.namespace,
  name: metadata.name,
  selector: spec?.selector ?? {},
})

/** Without the fields that are not there. */
function defined<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>
  }
}
