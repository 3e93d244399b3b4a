import { definePolicy, type Phase, type PolicySpec, type RolloutState } from '@birdwatch/core'
import { sampleState } from '@birdwatch/testing'
import { type RolloutResource, type RolloutView, viewOf } from '../../src/index.js'

/** The moment at which the rollouts of the tests stand, epoch milliseconds. */
export const now = 1_700_000_000_000

export const policy = (spec: Partial<PolicySpec> = {}) =>
  definePolicy({
    metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.5 }],
    increment: 5,
    interval: 10,
    ifUnhealthy: 'rollback',
    ...spec,
  })

/** `v2` of `aleph` in place of `v1`, at 20 %, healthy; where it waits or has ended without, at 0 %. */
export function state(phase: Phase = 'Progressing', overrides: Partial<RolloutState> = {}): RolloutState {
  const moved = ['Progressing', 'Holding', 'Paused', 'Frozen', 'Promoting'].includes(phase)
  const paused = phase === 'Paused' || phase === 'Frozen' ? { pause: { from: 'Progressing' } as const } : {}
  return sampleState({
    id: 'uid-1',
    phase,
    since: now,
    decidedAt: now,
    progressAt: now,
    target: { name: 'shop/aleph', service: 'aleph', canaryVersion: 'v2', ref: 'aleph' },
    productionVersion: 'v1',
    policy: policy(),
    weight: moved ? 20 : 0,
    from: moved ? 15 : 0,
    reason: { code: 'check_passed', weight: 20, metrics: [] },
    metrics: {
      errors: { name: 'errors', baseline: 1, reading: 1.1, allowed: 0.5, verdict: 'healthy', at: now - 1000 },
    },
    ...paused,
    ...overrides,
  })
}

export const resource: RolloutResource = { namespace: 'shop', name: 'aleph' }

/** What the page is shown of `shop/aleph`. */
export const view = (overrides: Partial<RolloutState> = {}, of: RolloutResource = resource): RolloutView =>
  viewOf(of, state(overrides.phase, overrides))
