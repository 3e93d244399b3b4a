import type { Readiness } from '@birdwatch/core'
import type { IstioTarget, Labels } from '@birdwatch/router-istio'
import type { Caches } from './kube/caches.js'
import { fullHost } from './kube/indexes.js'
import { deploymentsOf, readinessOf, type Service, type Workloads } from './readiness.js'

type WorkloadCaches = Pick<Caches, 'destinationRules' | 'deployments' | 'services'>

/** The readiness of a rollout's versions, from the caches. */
export function cachedReadiness(caches: WorkloadCaches, clusterDomain: string): Readiness {
  return { read: (ref, versions) => readinessOf(workloadsOf(ref as IstioTarget, caches, clusterDomain), versions) }
}

/** The labels of the canary's pod template; undefined while there is no Deployment. */
export function canaryPodLabels(
  target: IstioTarget,
  caches: WorkloadCaches,
  clusterDomain: string,
): Labels | undefined {
  return deploymentsOf(workloadsOf(target, caches, clusterDomain), target.canaryVersion)[0]?.podLabels
}

/** What may stand behind a target: everything is in its namespace. */
function workloadsOf({ namespace, service }: IstioTarget, caches: WorkloadCaches, clusterDomain: string): Workloads {
  return {
    namespace,
    service: serviceBehind(namespace, service, caches, clusterDomain),
    labelled: label => caches.deployments.lookup('label', `${namespace}/${label}`),
  }
}

/** The Service behind the host of the DestinationRule; without one the host is taken to be the service. */
function serviceBehind(
  namespace: string,
  name: string,
  { destinationRules, services }: WorkloadCaches,
  clusterDomain: string,
): Service | string {
  const host = fullHost(destinationRules.get(namespace, name)?.spec?.host ?? name, namespace, clusterDomain)
  const suffix = `.${namespace}.svc.${clusterDomain}`
  if (!host.endsWith(suffix))
    return `the host ${host} of DestinationRule ${name} is no Service of namespace ${namespace}, where the BirdWatch is`
  const service = host.slice(0, -suffix.length)
  return services.get(namespace, service) ?? `there is no Service ${service} in namespace ${namespace}`
}
