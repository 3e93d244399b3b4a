import { definePolicy, type Notice, type RolloutState } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { rolloutState } from '../../test/support/samples.js'
import { storable } from './storable.js'

const names = Array.from({ length: 10 }, (_, i) => `metric-${i}`)
const words = 'x'.repeat(1_000_000)
const numbers = { baseline: 1, reading: 2, allowed: 3, verdict: 'unhealthy', at: 1 }
const policy = definePolicy({
  increment: 1,
  interval: 5,
  ifUnhealthy: 'rollback',
  metrics: names.map(name => ({ name, metric: 'q'.repeat(4096), baselineMetric: 'b'.repeat(4096), deviation: 1 })),
})
const notice = (seq: number): Notice => ({
  id: `r/${seq}`,
  rolloutId: 'r',
  seq,
  reason: { code: 'invalid', detail: words },
  snapshot: {
    name: 'shop/aleph',
    service: 'aleph',
    phase: 'Frozen',
    weight: 1,
    canaryVersion: 'v04',
    at: 1,
    metrics: names.map(name => ({ name, ...numbers })),
  },
})
const past = {
  id: 'r',
  canaryVersion: 'v03',
  phase: 'RolledBack',
  reason: { code: 'invalid', detail: words },
  endedAt: 1,
} as const

/** A state with as much in it as the CRD and the engine allow, and with errors of any length. */
const fullest: RolloutState = rolloutState({
  policy,
  reason: { code: 'invalid', detail: words },
  metrics: Object.fromEntries(names.map(name => [name, { name, ...numbers, memory: true }])),
  lastCommand: { name: words, id: 'x', at: 1, refused: words },
  outbox: Array.from({ length: 20 }, (_, i) => notice(i)),
  history: Array.from({ length: 5 }, () => past),
})

describe('The state as it is stored', () => {
  it('stays far below what Kubernetes takes', () => {
    expect(JSON.stringify(storable(fullest)).length).toBeLessThan(200_000)
  })

  it('keeps every query whole', () => {
    expect(storable(fullest).policy).toEqual(policy)
  })

  it('is the state itself where nothing is too long', () => {
    const state = rolloutState()
    expect(JSON.parse(JSON.stringify(storable(state)))).toEqual(JSON.parse(JSON.stringify(state)))
  })
})
