import { fullHost } from './host.js'
import type { DestinationRule, VirtualService } from './objects.js'
import type { Labels } from './subsets.js'
import type { IstioTarget } from './target.js'

/** What is known of a target at one moment. */
export interface View {
  readonly target: IstioTarget
  readonly virtualService: VirtualService | undefined
  readonly destinationRule: DestinationRule | undefined
  /** Undefined while the canary has no pod template. */
  readonly podLabels: Labels | undefined
  readonly clusterDomain: string
}

/** The host whose subsets are ours. Without a DestinationRule it is taken to be the service: a rollback works even then. */
export const hostOf = ({ target, destinationRule }: View): string => destinationRule?.spec?.host ?? target.service

export const fullHostOf = (view: View): string =>
  fullHost(hostOf(view), { namespace: view.target.namespace, clusterDomain: view.clusterDomain })
