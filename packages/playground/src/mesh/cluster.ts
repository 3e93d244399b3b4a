import type { KubeObject } from '../api/object.js'
import { addressAnnotation } from '../workloads/names.js'
import { isAvailable } from '../workloads/plan.js'
import { fullHost } from './hosts.js'
import type { DestinationRuleSpec, ServiceSpec } from './objects.js'

type Labels = Readonly<Record<string, string>>

/** A pod that takes requests. */
export interface Endpoint {
  readonly address: string
  readonly port: number
  readonly labels: Labels
  readonly namespace: string
  /** The name of its Deployment, or its own. */
  readonly workload: string
}

/** The pods behind a host, or behind one of its subsets. */
export interface Cluster {
  readonly service: { readonly host: string; readonly name: string; readonly namespace: string }
  readonly endpoints: readonly Endpoint[]
}

/** The objects that make clusters. */
export interface ClusterSources {
  readonly services: Iterable<KubeObject>
  readonly destinationRules: Iterable<KubeObject>
  readonly pods: Iterable<KubeObject>
}

/** Finds the cluster of a destination; undefined where there is no such Service or subset. */
export type FindCluster = (host: string, subset: string | undefined) => Cluster | undefined

/** Prepares all clusters, from what is there now. */
export function clustersFrom({ services, destinationRules, pods }: ClusterSources): FindCluster {
  const endpoints = [...pods].flatMap(endpointOf)
  const byHost = new Map([...services].map(service => [hostOf(service), clusterOf(service, endpoints)]))
  const subsets = subsetsOf(destinationRules)
  return (host, subset) => {
    const cluster = byHost.get(host)
    if (!cluster || subset === undefined) return cluster
    const labels = subsets.get(`${host}/${subset}`)
    return labels && { ...cluster, endpoints: cluster.endpoints.filter(endpoint => carries(endpoint.labels, labels)) }
  }
}

const hostOf = ({ metadata: { name, namespace = '' } }: KubeObject): string => fullHost(name, namespace)

function clusterOf(service: KubeObject, endpoints: readonly Endpoint[]): Cluster {
  const { name, namespace = '' } = service.metadata
  const { selector = {} } = (service.spec ?? {}) as ServiceSpec
  const isSelected = ({ labels, namespace: own }: Endpoint) => own === namespace && carries(labels, selector)
  // A Service without a selector selects nothing.
  const selected = Object.keys(selector).length === 0 ? [] : endpoints.filter(isSelected)
  return { service: { host: hostOf(service), name, namespace }, endpoints: selected }
}

/** The labels of every subset, by host and name. */
function subsetsOf(destinationRules: Iterable<KubeObject>): Map<string, Labels> {
  const all = [...destinationRules].flatMap(({ metadata, spec }) => {
    const { host = '', subsets = [] } = (spec ?? {}) as DestinationRuleSpec
    const full = fullHost(host, metadata.namespace ?? '')
    return subsets.map(({ name = '', labels = {} }) => [`${full}/${name}`, labels] as const)
  })
  return new Map(all)
}

function endpointOf(pod: KubeObject): Endpoint[] {
  const { annotations = {}, labels = {}, namespace = '', name, deletionTimestamp, ownerReferences = [] } = pod.metadata
  const [address, port] = (annotations[addressAnnotation] ?? '').split(':')
  if (!address || !port || deletionTimestamp !== undefined || !isAvailable(pod)) return []
  const workload = ownerReferences.find(({ controller }) => controller)?.name ?? name
  return [{ address, port: Number(port), labels, namespace, workload }]
}

const carries = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value)
