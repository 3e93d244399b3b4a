import { describe, expect, test } from 'vitest'
import type { MetricSpec, RolloutTarget } from '../../src/index.js'
import {
  after,
  bothServe,
  live,
  policy,
  ready,
  refusal,
  state,
  target,
  told,
  weightAsked,
  writes,
} from '../builders.js'

const before = state('Progressing')
const rule: MetricSpec = { name: 'errors', metric: 'errors()', deviation: 0.5 }
const latency: MetricSpec = { name: 'latency', metric: 'latency()', deviation: 20 }
const withRules = (...metrics: MetricSpec[]) => policy({ metrics })

describe('Another rollout is', () => {
  test.each<[string, string, RolloutTarget]>([
    ['service', 'routes', { ...target, service: 'bet' }],
    ['canary version', 'version', { ...target, canaryVersion: 'v3' }],
    ['destination of the router (subsets)', 'routes', { ...target, ref: { service: 'aleph', canary: 'next' } }],
  ])('another %s', (_, cause, other) => {
    const decision = after(before, { target: other, process: live })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'new_target', cause } })
    expect(weightAsked(decision)).toBe(0)
  })

  test.each([
    ['query', withRules({ ...rule, metric: 'errors(5m)' })],
    ['name of a metric', withRules({ ...rule, name: 'failures' })],
    ['provider', withRules({ ...rule, provider: 'datadog' })],
    ['number of metrics', withRules(rule, latency)],
  ])('another %s', (_, wanted) => {
    const decision = after(before, { process: live }, wanted)

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'new_target', cause: 'metrics' } })
    expect(decision.state.policy).toEqual(before.policy)
  })

  test('another build of the canary under the same version', () => {
    const decision = after(before, { readiness: { ...bothServe, revision: 'build-2' }, process: live })

    expect(decision.state).toMatchObject({ phase: 'RollingBack', reason: { code: 'new_target', cause: 'build' } })
  })
})

describe('The same rollout it stays', () => {
  test('with the metrics in another order', () => {
    const two = { ...before, policy: withRules(rule, latency) }

    expect(after(two, { process: live }, withRules(latency, rule)).state.phase).toBe('Progressing')
  })

  test('with the target’s keys in another order', () => {
    const at = { ...before, target: { ...target, ref: { service: 'aleph', namespace: 'default' } } }
    const same = { ...target, ref: { namespace: 'default', service: 'aleph' } }

    expect(after(at, { target: same, process: live }).state.phase).toBe('Progressing')
  })

  test('with another name for people', () => {
    expect(after(before, { target: { ...target, name: 'other/aleph' } }).state.phase).toBe('Progressing')
  })

  test('while the build is not known', () => {
    const { revision: _, ...readiness } = bothServe
    const { revision: __, ...unknown } = before

    expect(after(before, { readiness }).state.phase).toBe('Progressing')
    expect(after(unknown).state.phase).toBe('Progressing')
  })

  test('when the promoted version is built anew: what is promoted is production', () => {
    const promoted = state('Promoted')

    expect(after(promoted, { readiness: { ...bothServe, revision: 'build-2' } }).state.phase).toBe('Promoted')
  })

  test('but a rolled back version that is built anew is another one', () => {
    const rolledBack = state('RolledBack')

    expect(after(rolledBack, { readiness: { ...bothServe, revision: 'build-2' } }).state).toMatchObject({
      phase: 'Waiting',
      number: 2,
    })
  })
})

describe('A new target', () => {
  const v3 = { ...target, canaryVersion: 'v3' }

  test('is told with both versions and the weight', () => {
    const decision = after(before, { target: v3, process: live })

    expect(told(decision, before)).toEqual(['new_target'])
    expect(decision.reason).toEqual({ code: 'new_target', cause: 'version', from: 'v2', to: 'v3', weight: 20 })
  })

  test('is not what the state is about before the old one is rolled back', () => {
    expect(after(before, { target: v3, process: live }).state.target).toEqual(target)
  })

  test('of the target after it is what the next rollout is about', () => {
    const rollingBack = after(before, { target: v3, process: live }).state
    const v4 = { ...target, canaryVersion: 'v4' }

    const decision = after(rollingBack, { target: v4, traffic: ready(rollingBack, { weight: 0 }) })

    expect(decision.state).toMatchObject({ phase: 'Waiting', target: v4 })
  })

  test('brings its own policy', () => {
    const wanted = withRules(latency)
    const rollingBack = after(before, { process: live }, wanted).state

    const decision = after(rollingBack, { traffic: ready(rollingBack, { weight: 0 }) }, wanted)

    expect(decision.state).toMatchObject({ phase: 'Waiting', policy: wanted })
  })

  test('with a policy that can not be used rolls back first, then is Invalid', () => {
    const rollingBack = after(before, { target: v3, process: live }, refusal).state
    const waiting = after(rollingBack, { target: v3, traffic: ready(rollingBack, { weight: 0 }) }, refusal).state

    expect(rollingBack.phase).toBe('RollingBack')
    expect(after(waiting, { target: v3 }, refusal).state.phase).toBe('Invalid')
  })

  test('is followed through in Waiting without a write', () => {
    const waiting = state('Waiting')

    const decision = after(waiting, { target: v3 })

    expect(decision.state).toMatchObject({ phase: 'Waiting', target: v3, number: 1, history: [] })
    expect(writes(decision)).toEqual([])
  })
})
