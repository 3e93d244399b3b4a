import type { KubeObject } from '../client/types.js'

/** The spec of a coordination.k8s.io/v1 Lease, as far as an election uses it. Other fields are kept as they are. */
export interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
}

export interface Lease extends KubeObject {
  spec?: LeaseSpec
}

export interface Claim {
  readonly identity: string
  readonly leaseDurationMs: number
  /** Wall-clock time, epoch milliseconds; for people, nothing is decided by it. */
  readonly wallTimeMs: number
}

/** The record with which `identity` holds the Lease: a renewal when it held it before, else a new term. */
export function claimed(spec: LeaseSpec | undefined, { identity, leaseDurationMs, wallTimeMs }: Claim): LeaseSpec {
  const now = microTime(wallTimeMs)
  const renewal = { ...spec, leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000), renewTime: now }
  if (spec?.holderIdentity === identity) return renewal
  const leaseTransitions = spec ? (spec.leaseTransitions ?? 0) + 1 : 0
  return { ...renewal, holderIdentity: identity, acquireTime: now, leaseTransitions }
}

/** The record of a Lease that nobody holds: the next candidate need not wait. */
export function released(spec: LeaseSpec, wallTimeMs: number): LeaseSpec {
  const { holderIdentity: _, ...rest } = spec
  return { ...rest, leaseDurationSeconds: 1, renewTime: microTime(wallTimeMs) }
}

/** Kubernetes' MicroTime takes exactly six decimals. */
function microTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('Z', '000Z')
}
