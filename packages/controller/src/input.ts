import {
  inProgress,
  type PassInput,
  type Policy,
  type Refusal,
  type RolloutState,
  type RolloutTarget,
} from '@birdwatch/core'
import type { IstioTarget } from '@birdwatch/router-istio'
import type { Providers } from './plugins/providers.js'
import type { BirdWatch } from './resource/birdwatch.js'
import { type Claimant, refuseTaken } from './resource/ownership.js'
import { policyOf } from './resource/policy.js'

export interface InputOptions {
  readonly resource: BirdWatch
  /** The state as this process knows it. */
  readonly state: RolloutState | undefined
  /** Every BirdWatch that names the same service, or holds it. */
  readonly rivals: readonly Claimant[]
  readonly providers: Providers
}

/** What a BirdWatch asks for now: the input of a pass, without the command. */
export function inputOf(options: InputOptions): PassInput {
  const { resource } = options
  const policy = policyFor(options)
  return { policy, target: targetFor(options, policy), deleting: resource.metadata.deletionTimestamp !== undefined }
}

/** What was asked for is read again only when it has changed: a resource in the cache never does, and is passed often. */
const policies = new WeakMap<object, Policy | Refusal>()

function policyIn(spec: object): Policy | Refusal {
  const known = policies.get(spec)
  if (known !== undefined) return known
  const policy = policyOf(spec)
  policies.set(spec, policy)
  return policy
}

function policyFor({ resource, state, rivals, providers }: InputOptions): Policy | Refusal {
  const policy = policyIn(resource.spec)
  if ('refused' in policy) return policy
  return providers.refusal(resource.metadata.namespace, policy) ?? refuseTaken({ resource, state }, rivals) ?? policy
}

/** A spec that can not be used does not change what a rollout in progress is about. */
function targetFor({ resource, state }: InputOptions, policy: Policy | Refusal): RolloutTarget {
  return 'refused' in policy && state !== undefined && inProgress(state) ? state.target : targetOf(resource)
}

function targetOf({ metadata: { namespace, name }, spec }: BirdWatch): RolloutTarget {
  const [service, canaryVersion] = [text(spec.service, ''), text(spec.canary_version, '')]
  const { production, canary } = (spec.subsets ?? {}) as { production?: unknown; canary?: unknown }
  const subsets = { production: text(production, 'production'), canary: text(canary, 'canary') }
  const ref: IstioTarget = { namespace, service, subsets, canaryVersion }
  return { name: `${namespace}/${name}`, service, canaryVersion, ref }
}

/** A refused spec may hold anything. */
const text = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback)
