import type { Availability, ReadinessReport } from '@birdwatch/core'

/** What is kept of a Deployment. */
export interface Deployment {
  readonly name: string
  readonly uid: string
  readonly generation: number
  /** The annotation `deployment.kubernetes.io/revision`: rises with every change of the pod template. */
  readonly revision: string
  readonly podLabels: Readonly<Record<string, string>>
  readonly desired: number
  readonly status: {
    readonly observedGeneration: number
    readonly replicas: number
    readonly updated: number
    readonly available: number
    readonly deadlineExceeded: boolean
  }
}

/** What is kept of a Service. */
export interface Service {
  readonly name: string
  readonly selector: Readonly<Record<string, string>>
}

export interface Workloads {
  readonly namespace: string
  /** The Service behind the host of the DestinationRule; or, in one sentence, why there is none. */
  readonly service: Service | string
  /** The Deployments of the namespace whose pod template has a label, given as `key=value`. */
  readonly labelled: (label: string) => readonly Deployment[]
}

/**
 * Whether canary and production can serve. A version is every Deployment whose pod template carries it as label
 * `version` and is selected by the Service: several of them (one per zone, say) count as one, their pods added up. A router
 * that knows of no versions names none for production: then it is everything else behind the Service.
 */
export function readinessOf(
  workloads: Workloads,
  { canaryVersion, productionVersion }: { canaryVersion: string; productionVersion?: string | undefined },
): ReadinessReport {
  const { service } = workloads
  if (typeof service === 'string') return { looked: service }
  const canaries = deploymentsOf(workloads, canaryVersion)
  const production =
    productionVersion === undefined
      ? behind(workloads).filter(deployment => !canaries.includes(deployment))
      : deploymentsOf(workloads, productionVersion)
  return {
    ...(production.length === 0 ? {} : { production: availabilityOf(production) }),
    ...(canaries.length === 0
      ? { looked: notFound(workloads, service, canaryVersion) }
      : { canary: availabilityOf(canaries), revision: revisionOf(canaries) }),
  }
}

/** The Deployments that are a version. */
export const deploymentsOf = (workloads: Workloads, version: string): Deployment[] =>
  behind(workloads).filter(({ podLabels }) => podLabels.version === version)

/**
 * The Deployments whose pods the Service selects, looked for among those with its rarest label: a namespace may have
 * thousands. A selector without labels selects nothing: such a Service has endpoints of its own.
 */
function behind({ service, labelled }: Workloads): Deployment[] {
  if (typeof service === 'string') return []
  const [rarest = []] = labelsOf(service)
    .map(labelled)
    .sort((a, b) => a.length - b.length)
  const wanted = Object.entries(service.selector)
  return rarest.filter(({ podLabels }) => wanted.every(([key, value]) => podLabels[key] === value))
}

const labelsOf = ({ selector }: Service) => Object.entries(selector).map(([key, value]) => `${key}=${value}`)

function availabilityOf(deployments: readonly Deployment[]): Availability {
  const sum = (of: (d: Deployment) => number) => deployments.reduce((total, d) => total + of(d), 0)
  return { available: sum(available), desired: sum(d => d.desired), failed: deployments.some(failed) }
}

/**
 * Pods of an earlier template do serve, but are not what was asked for: while they are replaced, a Deployment never
 * counts as wholly available, and as long as one pod is available never as down.
 */
function available({ status }: Deployment): number {
  const old = Math.max(0, status.replicas - status.updated)
  return Math.max(Math.min(status.available, 1), status.available - old)
}

/** An old status says nothing about the template that is there now. */
const failed = ({ generation, status }: Deployment) =>
  status.deadlineExceeded && status.observedGeneration >= generation

const revisionOf = (deployments: readonly Deployment[]): string =>
  deployments
    .map(({ uid, revision }) => `${uid}:${revision}`)
    .sort()
    .join(',')

function notFound({ namespace, labelled }: Workloads, service: Service, version: string) {
  const { name } = service
  const labels = labelsOf(service)
  const wanted = `no Deployment in ${namespace} whose pod template has version=${version} and is selected by Service ${name}`
  const [close] = labelled(`version=${version}`)
  if (labels.length === 0) return `Service ${name} in ${namespace} has no selector, so no Deployment is behind it`
  return close === undefined
    ? `${wanted} (${labels.join(', ')})`
    : `${wanted}; Deployment ${close.name} has the version, but not ${labels.find(l => !carries(close, l))}`
}

const carries = ({ podLabels }: Deployment, label: string) =>
  Object.entries(podLabels).some(([key, value]) => `${key}=${value}` === label)
