import { equal } from '../json.js'
import type { MetricRule, Policy } from '../policy.js'
import type { Reason } from '../reasons.js'
import type { Refusal } from '../snapshot.js'
import type { PastRollout, RolloutState, RolloutTarget } from '../state.js'
import type { Turn } from './turn.js'

const historyLimit = 5

/** Stands in for the policy of a rollout that has never had a valid one: it is Invalid, and this decides nothing. */
const noPolicy: Policy = {
  rules: [],
  increment: 1,
  intervalMs: 1000,
  ifUnhealthy: 'freeze',
  failures: 1,
  settleMs: 0,
  trafficLimit: 1,
  atLimit: 'hold',
  paused: false,
  stuckAfterMs: 1_800_000,
  propagationMs: 0,
  mode: 'act',
}

/** The first state of a resource. `key` makes its rollouts' ids unique. */
export function initialState(key: string, policy: Policy | Refusal, target: RolloutTarget, now: number): RolloutState {
  return {
    schema: 1,
    id: `${key}-1`,
    number: 1,
    rev: 0,
    step: 0,
    phase: 'Waiting',
    since: now,
    reason: { code: 'waiting_for_canary', version: target.canaryVersion },
    target,
    policy: 'refused' in policy ? noPolicy : policy,
    weight: 0,
    from: 0,
    fromStep: 0,
    decidedAt: now,
    failures: 0,
    metrics: {},
    trouble: {},
    progressAt: now,
    seq: 0,
    outbox: [],
    history: [],
  }
}

/** Begins anew with the present target; what was is kept in the history, and no counter starts again. */
export function restart(turn: Turn): void {
  const { state, now, snapshot, wanted } = turn
  const { rev, step, seq, outbox, handle, lastCommand, number, id } = state
  const started = state.phase !== 'Waiting' && state.phase !== 'Invalid'
  const key = id.slice(0, id.lastIndexOf('-'))
  const policy = 'refused' in wanted ? state.policy : wanted
  turn.state = {
    ...initialState(key, policy, snapshot.target, now),
    rev,
    seq,
    outbox,
    handle,
    lastCommand,
    step: step + 1,
    fromStep: step + 1,
    id: `${key}-${started ? number + 1 : number}`,
    number: started ? number + 1 : number,
    history: started ? [past(state, now), ...state.history].slice(0, historyLimit) : state.history,
  }
}

const past = (state: RolloutState, now: number): PastRollout => ({
  id: state.id,
  canaryVersion: state.target.canaryVersion,
  phase: state.phase,
  reason: state.reason,
  endedAt: state.endedAt ?? now,
  startedAt: state.startedAt,
})

/** Rule 12: what makes another rollout of it, if anything; everything else may be edited while it runs. */
export function newnessOf({ state, snapshot, wanted }: Turn): Reason<'new_target'>['cause'] | undefined {
  if (state.target.canaryVersion !== snapshot.target.canaryVersion) return 'version'
  if (!sameRoutes(state.target, snapshot.target)) return 'routes'
  if (!('refused' in wanted) && !sameQueries(state.policy.rules, wanted.rules)) return 'metrics'
  const { revision } = snapshot.readiness
  const rebuilt = state.revision !== undefined && revision !== undefined && revision !== state.revision
  // What is promoted is production: its next build under the same version is no canary.
  return rebuilt && state.phase !== 'Promoted' ? 'build' : undefined
}

const sameRoutes = (a: RolloutTarget, b: RolloutTarget) => a.service === b.service && equal(a.ref, b.ref)

export function sameQueries(a: readonly MetricRule[], b: readonly MetricRule[]): boolean {
  const set = (rules: readonly MetricRule[]) =>
    rules.map(({ name, query, provider }) => ({ name, query, provider })).sort((x, y) => (x.name < y.name ? -1 : 1))
  return a === b || equal(set(a), set(b))
}
