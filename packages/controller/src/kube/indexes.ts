import { inProgress, type RolloutState } from '@birdwatch/core'
import type { VirtualService } from '@birdwatch/router-istio'
import type { Deployment } from '../readiness.js'
import type { BirdWatch } from '../resource/birdwatch.js'
import type { InNamespace } from './project.js'

/** Index values are `namespace/what`. */
const at = (namespace: string, what: unknown) => `${namespace}/${String(what)}`

/** How a change of another object finds the BirdWatches that it may matter to. */
export const birdWatchIndexes = {
  /** By the service that is named, and the one that a rollout began with. */
  service: ({ metadata: { namespace }, spec, engine }: BirdWatch) =>
    new Set([at(namespace, spec.service), at(namespace, (engine as RolloutState | undefined)?.target?.service)]),
  /** By the versions whose pods matter. */
  version: ({ metadata: { namespace }, spec, engine }: BirdWatch) => {
    const { target, productionVersion } = (engine ?? {}) as Partial<RolloutState>
    return new Set([spec.canary_version, target?.canaryVersion, productionVersion].map(v => at(namespace, v)))
  },
  /** Those that are not in progress: any Deployment may be what they wait for. */
  waiting: ({ metadata: { namespace }, engine }: BirdWatch) => {
    const state = engine as RolloutState | undefined
    return state?.phase !== undefined && inProgress(state) ? [] : [namespace]
  },
  namespace: ({ metadata: { namespace } }: BirdWatch) => [namespace],
}

export const deploymentIndexes = {
  /** By each label of the pod template, `key=value`. */
  label: ({ namespace, podLabels }: Deployment & InNamespace) =>
    Object.entries(podLabels).map(([key, value]) => at(namespace, `${key}=${value}`)),
}

/** VirtualServices by the full names of the hosts they send requests or copies to. */
export const virtualServiceIndexes = (clusterDomain: string) => ({
  host: ({ metadata: { namespace }, spec = {} }: VirtualService) => {
    const routes = [...(spec.http ?? []), ...(spec.tcp ?? []), ...(spec.tls ?? [])]
    const destinations = routes.flatMap(({ route = [], mirror, mirrors = [] }) => [
      ...route.map(({ destination }) => destination),
      mirror,
      ...mirrors.map(({ destination }) => destination),
    ])
    return new Set(
      destinations.flatMap(d => (d?.host === undefined ? [] : [fullHost(d.host, namespace, clusterDomain)])),
    )
  },
})

/** A host as Istio understands it: a name without a dot is a Service of the namespace, any other is literal. */
export const fullHost = (host: string, namespace: string, clusterDomain: string): string =>
  host.includes('.') ? host : `${host}.${namespace}.svc.${clusterDomain}`
