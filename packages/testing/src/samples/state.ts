import { definePolicy, type RolloutState } from '@birdwatch/core'

/** The state of a rollout that is under way, as an engine would save it. */
export function sampleState(overrides: Partial<RolloutState> = {}): RolloutState {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5)
  return {
    schema: 1,
    id: 'aleph-1',
    number: 1,
    rev: 1,
    step: 3,
    phase: 'Progressing',
    since: at,
    reason: { code: 'started', version: 'v04', production: 'v03' },
    target: { name: 'shop/aleph', service: 'aleph', canaryVersion: 'v04', ref: { service: 'aleph' } },
    policy: definePolicy({ metric: 'errors', deviation: 0.5, increment: 10, interval: 60, ifUnhealthy: 'rollback' }),
    productionVersion: 'v03',
    weight: 20,
    from: 10,
    fromStep: 2,
    decidedAt: at,
    failures: 0,
    metrics: {
      metric: { name: 'metric', baseline: 0.1, allowed: 0.5, verdict: 'healthy', memory: [1, { kept: true }] },
    },
    trouble: {},
    progressAt: at,
    seq: 1,
    outbox: [],
    history: [],
    ...overrides,
  }
}
