import { BirdWatchError, type Json } from '@birdwatch/core'
import type { Kind, ObjectRef } from './objects.js'

/** Whose traffic moves: plain JSON, kept in the rollout's state. */
export type IstioTarget = {
  readonly namespace: string
  /** The name of the VirtualService and of the DestinationRule. */
  readonly service: string
  /** The names of the two subsets between which traffic moves. */
  readonly subsets: { readonly production: string; readonly canary: string }
  /** The label `version` of the canary's pods. */
  readonly canaryVersion: string
}

export interface IstioTargetSpec {
  readonly namespace: string
  readonly service: string
  readonly canaryVersion: string
  /** Default `production` and `canary`. */
  readonly subsets?: { readonly production?: string; readonly canary?: string }
}

/** Makes a target. Throws `POLICY_INVALID` with `field` when a name is missing, or when both subsets are the same. */
export function istioTarget({ namespace, service, canaryVersion, subsets = {} }: IstioTargetSpec): IstioTarget {
  const { production = 'production', canary = 'canary' } = subsets
  demandText('namespace', namespace)
  demandText('service', service)
  demandText('canaryVersion', canaryVersion)
  demandText('subsets.production', production)
  demandText('subsets.canary', canary)
  if (production === canary) throw invalid('subsets.canary', canary, `another subset than production's`)
  return { namespace, service, subsets: { production, canary }, canaryVersion }
}

/** The target that was made into opaque JSON; throws like `istioTarget` when it is none. */
export function readTarget(json: Json): IstioTarget {
  if (typeof json !== 'object' || json === null) throw invalid('target', json, 'made by istioTarget()')
  return istioTarget(json as unknown as IstioTargetSpec)
}

/** The object of this kind that the target is about. */
export const refOf = <K extends Kind>(kind: K, { namespace, service }: IstioTarget): ObjectRef<K> => ({
  kind,
  namespace,
  name: service,
})

/** The object as people name it. */
export const nameOf = ({ kind, namespace, name }: ObjectRef): string => `${kind} ${namespace}/${name}`

function demandText(field: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw invalid(field, value, 'a text that is not empty')
}

const invalid = (field: string, value: unknown, expected: string) =>
  new BirdWatchError('POLICY_INVALID', `${field} is ${JSON.stringify(value) ?? 'missing'}; it must be ${expected}`, {
    field,
    value,
    expected,
  })
