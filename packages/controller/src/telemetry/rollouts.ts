import type { Phase, RolloutState } from '@birdwatch/core'
import type { rolloutMetrics } from './catalogue.js'

/** One value of one rollout; namespace and name are added by who asks. */
export interface RolloutSample {
  readonly metric: keyof typeof rolloutMetrics
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Phases in which checks are made, one after the other. */
const checked: readonly Phase[] = ['Progressing', 'Holding', 'Paused', 'Frozen']

/** Everything that is shown of a rollout, from its state alone. */
export function samplesOf(state: RolloutState, now: number): RolloutSample[] {
  const { target, policy, phase, productionVersion = '', outbox } = state
  const one = (metric: RolloutSample['metric'], labels: Record<string, string>) => ({ metric, labels, value: 1 })
  const oldest = outbox[0]?.snapshot.at
  return [
    one('birdwatch_rollout_info', {
      service: target.service,
      canary_version: target.canaryVersion,
      production_version: productionVersion,
    }),
    one('birdwatch_rollout_phase', { phase }),
    { metric: 'birdwatch_rollout_weight', value: state.weight },
    { metric: 'birdwatch_rollout_weight_limit', value: policy.trafficLimit },
    { metric: 'birdwatch_rollout_interval_seconds', value: policy.intervalMs / 1000 },
    ...(checked.includes(phase) ? checks(state, now) : []),
    ...troublesOf(state).map(trouble => one('birdwatch_rollout_trouble', { trouble })),
    { metric: 'birdwatch_outbox_notices', value: outbox.length },
    { metric: 'birdwatch_outbox_oldest_seconds', value: oldest === undefined ? 0 : since(oldest, now) },
  ]
}

function checks({ metrics, since: began }: RolloutState, now: number): RolloutSample[] {
  const last = Math.max(began, ...Object.values(metrics).map(({ at = 0 }) => at))
  return [
    { metric: 'birdwatch_seconds_since_check', value: since(last, now) },
    ...Object.values(metrics).flatMap(({ name: metric, baseline, reading, allowed, verdict, at }) => [
      ...value('birdwatch_rollout_baseline', { metric }, baseline),
      ...value('birdwatch_rollout_reading', { metric }, reading),
      ...value('birdwatch_rollout_allowed_deviation', { metric }, allowed),
      ...value('birdwatch_rollout_verdict', { metric, verdict }, 1),
      ...value('birdwatch_rollout_verdict_age_seconds', { metric }, at === undefined ? undefined : since(at, now)),
    ]),
  ]
}

/** What is wrong with a rollout, for alerts. */
function troublesOf({ phase, blocked, stuckAt, trouble, pause, drift, rejected }: RolloutState): string[] {
  const ended = phase === 'Promoted' || phase === 'RolledBack'
  const troubles = {
    rollback_blocked: blocked === true,
    stuck: stuckAt !== undefined && !ended,
    metric: Object.keys(trouble).length > 0 && !ended,
    frozen: phase === 'Frozen',
    foreign_change: (pause?.foreign ?? drift) !== undefined,
    rejected_edit: rejected !== undefined,
  }
  return Object.entries(troubles).flatMap(([name, applies]) => (applies ? [name] : []))
}

const value = (metric: RolloutSample['metric'], labels: Record<string, string>, found: number | undefined) =>
  found === undefined ? [] : [{ metric, labels, value: found }]

const since = (then: number, now: number): number => Math.max(0, now - then) / 1000
