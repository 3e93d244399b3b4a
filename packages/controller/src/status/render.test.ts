import { type Reason, type RolloutState, render } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { rolloutState } from '../../test/support/samples.js'
import { statusSchema } from '../resource/status.js'
import type { Note } from './conditions.js'
import { statusOf } from './render.js'

const now = Date.UTC(2026, 0, 2)
const context = { generation: 3, previous: [], notes: [] as Note[], now }
const status = (changes: Partial<RolloutState> = {}, notes: Note[] = []) =>
  statusOf(rolloutState(changes), { ...context, notes })
const condition = (type: string, changes: Partial<RolloutState> = {}, notes: Note[] = []) =>
  status(changes, notes).conditions?.find(c => c.type === type)

const aborted: Reason = { code: 'aborted', weight: 5, production: 'v03' }
const everything: Partial<RolloutState> = {
  phase: 'RolledBack',
  reason: aborted,
  productionVersion: 'v03',
  startedAt: now - 60_000,
  endedAt: now,
  nextCheckAt: now + 5000,
  metrics: {
    metric: { name: 'metric', baseline: 1, reading: 2, allowed: 0.5, verdict: 'unhealthy', at: now, memory: true },
  },
  lastCommand: { name: 'abort', id: 'x', by: 'kubectl', claims: 'ann', at: now, refused: 'no' },
  history: [{ id: 'old', canaryVersion: 'v02', phase: 'Promoted', reason: aborted, startedAt: now, endedAt: now }],
}

describe('The status', () => {
  it('shows everything a person asks for', () => {
    expect(status(everything)).toMatchObject({
      phase: 'RolledBack',
      weight: 5,
      message: render(aborted),
      metrics: [
        { name: 'metric', baseline: 1, reading: 2, allowed: 0.5, verdict: 'unhealthy', at: '2026-01-02T00:00:00.000Z' },
      ],
      started_at: '2026-01-01T23:59:00.000Z',
      ended_at: '2026-01-02T00:00:00.000Z',
      production_version: 'v03',
      last_command: { name: 'abort', by: 'kubectl', claims: 'ann', at: '2026-01-02T00:00:00.000Z', refused: 'no' },
      history: [{ canary_version: 'v02', phase: 'Promoted', message: render(aborted) }],
      observedGeneration: 3,
    })
  })

  it('names the next check until the rollout has ended', () => {
    expect(status({ nextCheckAt: now + 5000 }).next_check_at).toBe('2026-01-02T00:00:05.000Z')
    expect(status(everything)).not.toHaveProperty('next_check_at')
  })

  it.each([
    ['at its fullest', everything],
    ['at its emptiest', {}],
  ])('%s fits the CRD', (_, changes) => {
    const shown = status(changes, [{ type: 'StaleWindow', reason: 'WindowTooLong', message: 'x' }])
    expect(statusSchema.parse(shown)).toEqual(shown)
  })

  it('stays of bounded size whatever an error says', () => {
    const detail = 'x'.repeat(1_000_000)
    const shown = status({
      phase: 'Invalid',
      reason: { code: 'invalid', detail },
      rejected: { code: 'invalid', detail },
    })
    expect(JSON.stringify(shown).length).toBeLessThan(20_000)
  })
})

describe('Condition', () => {
  it.each<[string, string, string, Partial<RolloutState>]>([
    ['Accepted', 'True', 'Accepted', {}],
    ['Accepted', 'False', 'Invalid', { phase: 'Invalid', reason: { code: 'invalid', detail: 'x' } }],
    ['Accepted', 'False', 'PolicyRejected', { rejected: { code: 'invalid', field: 'increment', detail: 'x' } }],
    ['Progressing', 'True', 'CheckPassed', {}],
    ['Progressing', 'False', 'Paused', { phase: 'Paused', reason: { code: 'paused', weight: 5 } }],
    ['Promoted', 'Unknown', 'CheckPassed', {}],
    ['Promoted', 'True', 'Promoted', { phase: 'Promoted', reason: { code: 'promoted', version: 'v04' } }],
    ['Promoted', 'False', 'Aborted', { phase: 'RolledBack', reason: aborted }],
    ['Degraded', 'False', 'AsExpected', {}],
    ['Degraded', 'True', 'RollbackBlocked', { blocked: true }],
    ['Degraded', 'True', 'MetricTrouble', { trouble: { metric: { since: now, code: 'METRIC_TIMEOUT' } } }],
    ['Degraded', 'True', 'Stuck', { stuckAt: now }],
    ['Degraded', 'True', 'NoProduction', { phase: 'Frozen', reason: { code: 'no_production', weight: 5 } }],
    ['Ready', 'False', 'CheckPassed', {}],
    [
      'Ready',
      'True',
      'HoldingAtLimit',
      { phase: 'Holding', reason: { code: 'holding_at_limit', weight: 5, limit: 5 } },
    ],
    ['InSync', 'True', 'InSync', {}],
    ['InSync', 'False', 'PausedForeign', { phase: 'Paused', pause: { from: 'Progressing', foreign: { weight: 9 } } }],
    ['InSync', 'False', 'Drifted', { phase: 'Promoted', drift: { weight: 9, writer: 'helm' } }],
  ])('%s is %s with reason %s: %j', (type, value, reason, changes) => {
    expect(condition(type, changes)).toMatchObject({ status: value, reason, observedGeneration: 3 })
  })

  it('InSync names who changed the traffic', () => {
    const message = condition('InSync', { phase: 'Promoted', drift: { weight: 9, writer: 'helm' } })?.message
    expect(message).toContain('helm')
  })

  it('Degraded tells of a provider that can not be reached', () => {
    const note: Note = { type: 'Degraded', reason: 'ProviderUnreachable', message: 'prometheus does not answer' }
    expect(condition('Degraded', {}, [note])).toMatchObject({ status: 'True', reason: 'ProviderUnreachable' })
  })

  it.each(['StaleWindow', 'SharedSubsets'] as const)('%s is there only while it applies', type => {
    expect(condition(type)).toBeUndefined()
    expect(condition(type, {}, [{ type, reason: 'Found', message: 'x' }])).toMatchObject({
      status: 'True',
      message: 'x',
    })
  })

  it('keeps the time of its last transition while its status stays', () => {
    const previous = status().conditions ?? []
    const later =
      statusOf(rolloutState({ phase: 'Paused' }), { ...context, previous, now: now + 60_000 }).conditions ?? []
    const times = Object.fromEntries(later.map(c => [c.type, c.lastTransitionTime]))
    expect(times).toMatchObject({ Accepted: '2026-01-02T00:00:00.000Z', Progressing: '2026-01-02T00:01:00.000Z' })
  })
})
