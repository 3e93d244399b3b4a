import { describe, expect, it } from 'vitest'
import { rolloutState } from '../../test/support/samples.js'
import { samplesOf } from './rollouts.js'

const at = Date.UTC(2026, 0, 1)
const metrics = {
  errors: { name: 'errors', baseline: 1, reading: 2, allowed: 0.5, verdict: 'unhealthy', at: at - 4000 },
  latency: { name: 'latency', allowed: 50, verdict: 'inconclusive', at: at - 9000 },
}

/** `name{labels}` to value. */
const shown = (changes: Parameters<typeof rolloutState>[0], now = at) =>
  Object.fromEntries(
    samplesOf(rolloutState(changes), now).map(({ metric, labels = {}, value }) => [
      `${metric.replace('birdwatch_', '')}{${Object.values(labels).join()}}`,
      value,
    ]),
  )

describe('A rollout that is checked', () => {
  it('shows weight, limit, and each metric with reading, baseline, verdict and age', () => {
    expect(shown({ metrics, since: at - 60_000 })).toMatchObject({
      'rollout_phase{Progressing}': 1,
      'rollout_weight{}': 5,
      'rollout_weight_limit{}': 100,
      'rollout_interval_seconds{}': 5,
      'rollout_reading{errors}': 2,
      'rollout_baseline{errors}': 1,
      'rollout_allowed_deviation{errors}': 0.5,
      'rollout_verdict{errors,unhealthy}': 1,
      'rollout_verdict_age_seconds{errors}': 4,
      'rollout_verdict_age_seconds{latency}': 9,
      'seconds_since_check{}': 4,
    })
  })

  it('shows no value of what has none', () => {
    expect(shown({ metrics })).not.toHaveProperty('rollout_reading{latency}')
  })

  it('is as old as its phase while nothing was read', () => {
    expect(shown({ since: at }, at + 7000)).toMatchObject({ 'seconds_since_check{}': 7 })
  })
})

describe('A rollout that has ended', () => {
  it('shows no readings, and no age that would grow for ever', () => {
    const names = Object.keys(shown({ phase: 'Promoted', metrics })).join(' ')
    expect(names).not.toMatch(/reading|verdict|seconds_since/)
  })

  it('is not stuck, whatever it was before', () => {
    expect(shown({ phase: 'RolledBack', stuckAt: at })).not.toHaveProperty('rollout_trouble{stuck}')
  })
})

describe('Trouble of a rollout', () => {
  const cases: [string, Parameters<typeof rolloutState>[0]][] = [
    ['rollback_blocked', { phase: 'RollingBack', blocked: true }],
    ['stuck', { stuckAt: at }],
    ['metric', { trouble: { errors: { since: at, code: 'METRIC_TIMEOUT' } } }],
    ['frozen', { phase: 'Frozen' }],
    ['foreign_change', { phase: 'Paused', pause: { from: 'Progressing', foreign: { weight: 7 } } }],
    ['foreign_change', { phase: 'Promoted', drift: { weight: 7 } }],
    ['rejected_edit', { rejected: { code: 'invalid', detail: 'x' } }],
  ]
  it.each(cases)('is named: %s', (trouble, changes) => {
    expect(shown(changes)).toHaveProperty([`rollout_trouble{${trouble}}`], 1)
  })

  it('is not there when nothing is wrong', () => {
    expect(Object.keys(shown({})).join()).not.toContain('trouble')
  })
})

it('Notices that wait are counted, and how long the oldest has waited', () => {
  const notice = (seq: number, age: number) => ({ seq, snapshot: { at: at - age } }) as never
  expect(shown({ outbox: [notice(1, 90_000), notice(2, 1000)] })).toMatchObject({
    'outbox_notices{}': 2,
    'outbox_oldest_seconds{}': 90,
  })
})
