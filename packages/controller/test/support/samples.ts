import { definePolicy, type RolloutState } from '@birdwatch/core'
import type { Deployment } from '../../src/readiness.js'
import type { BirdWatch } from '../../src/resource/birdwatch.js'

export const seedSpec = {
  canary_version: 'v04',
  if_unhealthy: 'rollback',
  increment: 1,
  interval: 5,
  service: 'aleph',
  deviation: 0.5,
  metric: 'errors',
} as const

/** A BirdWatch as the controller keeps it. */
export function birdWatch(name: string, changes: Partial<BirdWatch> & { created?: string } = {}): BirdWatch {
  const { created = '2026-01-01T00:00:00Z', metadata, ...rest } = changes
  return {
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: created,
      finalizers: [],
      ...metadata,
    },
    spec: seedSpec,
    conditions: [],
    ...rest,
  }
}

/** A rollout that goes on at 5 %. */
export function rolloutState(changes: Partial<RolloutState> = {}): RolloutState {
  return {
    schema: 1,
    id: 'uid-1',
    number: 1,
    rev: 7,
    step: 3,
    phase: 'Progressing',
    since: Date.UTC(2026, 0, 1),
    reason: { code: 'check_passed', weight: 5, metrics: [] },
    target: {
      name: 'shop/aleph',
      service: 'aleph',
      canaryVersion: 'v04',
      ref: {
        namespace: 'shop',
        service: 'aleph',
        canaryVersion: 'v04',
        subsets: { production: 'production', canary: 'canary' },
      },
    },
    policy: definePolicy({ increment: 1, interval: 5, ifUnhealthy: 'rollback', metric: 'errors', deviation: 0.5 }),
    weight: 5,
    from: 4,
    fromStep: 2,
    decidedAt: Date.UTC(2026, 0, 1),
    failures: 0,
    metrics: {},
    trouble: {},
    progressAt: Date.UTC(2026, 0, 1),
    seq: 0,
    outbox: [],
    history: [],
    ...changes,
  }
}

/** A Deployment of two pods that are all available. */
export function deployment(version: string, changes: Partial<Deployment> = {}): Deployment {
  return {
    name: `aleph-${version}`,
    uid: `uid-${version}`,
    generation: 1,
    revision: '1',
    podLabels: { app: 'aleph', version },
    desired: 2,
    status: { observedGeneration: 1, replicas: 2, updated: 2, available: 2, deadlineExceeded: false },
    ...changes,
  }
}
