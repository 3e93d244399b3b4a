import { type Client, type Clock, discoverVersion, type ReflectorObserver } from '@birdwatch/kube'
import type { DestinationRule, VirtualService } from '@birdwatch/router-istio'
import type { DestinationRuleObject, VirtualServiceObject } from '../objects.js'
import type { Deployment, Service } from '../readiness.js'
import { type BirdWatch, projectBirdWatch, type RawBirdWatch } from '../resource/birdwatch.js'
import { group, plural, version } from '../resource/names.js'
import { Collection } from './collection.js'
import { birdWatchIndexes, deploymentIndexes, virtualServiceIndexes } from './indexes.js'
import {
  type InNamespace,
  projectDeployment,
  projectDestinationRule,
  projectService,
  projectVirtualService,
  type RawDeployment,
  type RawService,
} from './project.js'

/** Everything that the controller watches. */
export interface Caches {
  readonly birdWatches: Collection<RawBirdWatch, BirdWatch>
  readonly virtualServices: Collection<VirtualServiceObject, VirtualService>
  readonly destinationRules: Collection<DestinationRuleObject, DestinationRule>
  readonly deployments: Collection<RawDeployment, Deployment & InNamespace>
  readonly services: Collection<RawService, Service & InNamespace>
}

export interface CachesOptions {
  readonly client: Client
  readonly namespaces: readonly string[]
  readonly clusterDomain: string
  /** The served version of `networking.istio.io`; undefined where nobody needs Istio, and its objects count as absent. */
  readonly istioVersion: string | undefined
  /** Told of lists, events and failures, by the plural name of the kind. */
  readonly observe?: (kind: string) => ReflectorObserver
  readonly clock?: Clock
  readonly random?: () => number
}

/** The versions of Istio's API that the router can use, the best first. */
export const istioVersions = ['v1', 'v1beta1', 'v1alpha3'] as const

/**
 * Which version of Istio's API is served; undefined where `istio` is not needed. Rejects with `KUBE_NOT_SERVED` where that,
 * or our own resource, is not installed, and with the client's error where the API server can not be asked.
 */
export async function discover(
  client: Client,
  { istio, signal }: { readonly istio: boolean; readonly signal?: AbortSignal | undefined },
): Promise<string | undefined> {
  await discoverVersion(client, group, [version], { signal })
  return istio ? discoverVersion(client, 'networking.istio.io', istioVersions, { signal }) : undefined
}

export function createCaches(options: CachesOptions): Caches {
  const { client, namespaces, clusterDomain, istioVersion, observe, clock, random } = options
  const istio = { group: 'networking.istio.io', version: istioVersion ?? '' }
  const absent = istioVersion === undefined
  const common = (resource: { group: string; version: string; plural: string }) => ({
    client,
    namespaces,
    resource,
    clock,
    random,
    ...(observe === undefined ? {} : { observer: observe(resource.plural) }),
  })
  return {
    birdWatches: new Collection({
      ...common({ group, version, plural }),
      project: projectBirdWatch,
      indexes: birdWatchIndexes,
    }),
    virtualServices: new Collection<VirtualServiceObject, VirtualService>({
      ...common({ ...istio, plural: 'virtualservices' }),
      absent,
      project: projectVirtualService,
      indexes: virtualServiceIndexes(clusterDomain),
    }),
    destinationRules: new Collection<DestinationRuleObject, DestinationRule>({
      ...common({ ...istio, plural: 'destinationrules' }),
      absent,
      project: projectDestinationRule,
    }),
    deployments: new Collection({
      ...common({ group: 'apps', version: 'v1', plural: 'deployments' }),
      project: projectDeployment,
      indexes: deploymentIndexes,
    }),
    services: new Collection({
      ...common({ group: '', version: 'v1', plural: 'services' }),
      project: projectService,
    }),
  }
}

/** The same, for what is done with all of them alike. */
export const collectionsOf = (
  caches: Caches,
): Pick<Collection<never, unknown>, 'name' | 'synced' | 'size' | 'ageMs' | 'run' | 'whenSynced' | 'relist'>[] =>
  Object.values(caches)
