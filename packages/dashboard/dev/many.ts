import { type Phase, phases, type RolloutState } from '@birdwatch/core'
import { sampleState } from '@birdwatch/testing'
import type { RolloutResource } from '../src/index.js'

/** As many rollouts as asked for, in every phase: to see how the list takes them. */
export function* manyRollouts(count: number): Iterable<readonly [RolloutResource, RolloutState]> {
  const now = Date.now()
  for (let i = 0; i < count; i++) {
    const [namespace, name] = [`team-${i % 40}`, `service-${i}`]
    const phase = phases[i % phases.length] as Phase
    const weight = ['Waiting', 'Baselining', 'RolledBack', 'Invalid'].includes(phase) ? 0 : (i * 7) % 100
    const state = sampleState({
      id: `${name}-1`,
      phase,
      weight,
      since: now - (i % 5000) * 1000,
      target: { name: `${namespace}/${name}`, service: name, canaryVersion: `v${i % 90}`, ref: null },
      reason: {
        code: 'check_passed',
        weight,
        metrics: [{ metric: 'errors', reading: (i % 10) / 10, baseline: 0.1, allowed: 0.5 }],
      },
    })
    yield [{ namespace, name }, state]
  }
}
