import { decide, definePolicy, initialState } from '@birdwatch/core'
import { microseconds, rounded } from './time.js'

export const title = 'One decision, against copying its state as JSON once'

const policy = definePolicy({ metric: 'errors', deviation: 1, increment: 10, interval: 5, ifUnhealthy: 'rollback' })
const target = { name: 'default/aleph', service: 'aleph', canaryVersion: 'v2', ref: null }
const pods = { available: 2, desired: 2 }
const state = {
  ...initialState('bench', policy, target, 0),
  phase: 'Progressing',
  productionVersion: 'v1',
  preparedAt: 0,
  step: 3,
  weight: 20,
  from: 10,
  fromStep: 2,
  generation: 7,
  nextCheckAt: 10_000,
  metrics: { metric: { name: 'metric', allowed: 1, baseline: 0, reading: 0, verdict: 'healthy', at: 0, memory: true } },
}
const snapshot = {
  now: 9000,
  target,
  deleting: false,
  readiness: { canary: pods, production: pods },
  traffic: { state: 'ready', weight: 20, generation: 7, versions: { production: 'v1', canary: 'v2' }, token: '7' },
  process: { heldSince: 0, certain: true, live: false },
}
const readings = {
  step: 3,
  purpose: 'check',
  startedAt: 9000,
  generation: 7,
  complete: true,
  metrics: { metric: { metric: { value: 0, at: 9000 } } },
}

export function measure() {
  const copy = microseconds(() => JSON.parse(JSON.stringify(state)))
  const cases = {
    'nothing to do': snapshot,
    'a passed check: the next weight': { ...snapshot, readings },
    'an unhealthy check: rollback': {
      ...snapshot,
      readings: { ...readings, metrics: { metric: { metric: { value: 9, at: 9000 } } } },
    },
  }
  return Object.entries(cases).map(([what, each]) => {
    const time = microseconds(() => decide(policy, state, each))
    return { decision: what, microseconds: rounded(time, 1), 'copies of the state': rounded(time / copy, 1) }
  })
}
