import { codeOf } from '../errors.js'
import { own } from '../json.js'
import { type Assessment, assess } from '../judge/assess.js'
import type { Reason } from '../reasons.js'
import type { Snapshot } from '../snapshot.js'
import type { RolloutState } from '../state.js'
import type { Rule, Turn } from './turn.js'

/** A failing provider is asked again after as long as it has failed, at most this late (or one interval, if longer). */
const longestRetryMs = 30_000
/** One that asks to be left alone is, but not for longer than this: it might mean a date. */
const longestPauseMs = 3_600_000

/** The check that the readings at hand amount to. Readings of another weight, or for another purpose, are thrown away. */
export function checkAtHand(turn: Turn): Assessment | undefined {
  const { readings } = turn.snapshot
  if (readings?.purpose !== 'check') return undefined
  const atFrom = turn.standing === 'unapplied' && readings.step === turn.before.fromStep
  const found = atFrom || readings.step === turn.before.step ? assess(turn.policy, turn.state, readings) : undefined
  // Until a weight is applied the one before it can still prove unhealthy, and nothing else.
  if (!atFrom || found === undefined || found.verdict === 'unhealthy') return found
  turn.used = true
  return undefined
}

/** Rules 4 and 9: an unhealthy check holds, and from the `failures`th in a row on it rolls back or freezes. */
export const unhealthy: Rule = turn => {
  const check = checkAtHand(turn)
  if (check?.verdict !== 'unhealthy') return false
  const { policy, before } = turn
  const failures = Math.min(before.failures + 1, policy.failures)
  const again = Object.values(before.metrics).some(m => m.verdict === 'unhealthy')
  turn.urgent = true
  record(turn, check, failures)
  const { reading, baseline, allowed, improved } = check.numbers
  const metric = { metric: check.name, reading, baseline, allowed, improved }
  const weight = turn.standing === 'unapplied' ? before.from : before.weight
  const found = (action: 'rollback' | 'freeze' | 'none'): Reason => ({
    code: 'unhealthy',
    ...metric,
    action,
    weight,
    version: before.target.canaryVersion,
    production: before.productionVersion,
  })
  if (policy.mode === 'observe') turn.because(found('none'))
  else if (turn.handsOff || before.phase === 'Frozen') {
    if (!again) turn.say(found('none'))
  } else if (failures < policy.failures) {
    turn.withdraw()
    turn.because({ code: 'holding_failures', ...metric, count: failures, needed: policy.failures, weight })
  } else if (policy.ifUnhealthy === 'rollback') {
    turn.rollBack(found('rollback'))
  } else {
    turn.withdraw()
    turn.go('Frozen', found('freeze'), { pause: { from: before.phase } })
  }
  return true
}

/** Rules 3, 5, 6 and 8: what a check that is not unhealthy leads to. */
export const passedCheck: Rule = turn => {
  const check = checkAtHand(turn)
  if (check === undefined) return false
  const { before, snapshot } = turn
  const { startedAt = 0, lagMs = 0, generation } = snapshot.readings ?? {}
  if (check.verdict === 'healthy' && generation !== turn.traffic?.generation) {
    turn.used = true // the traffic moved while it was measured
    turn.set({ nextCheckAt: turn.now })
    return false
  }
  record(turn, check, check.verdict === 'healthy' ? 0 : before.failures)
  if (before.phase !== 'Progressing' && before.phase !== 'Holding') return true
  if (check.verdict === 'inconclusive') {
    const { cause = 'error', detail } = check.numbers
    turn.because({ code: 'holding_inconclusive', metric: check.name, cause, weight: before.weight, detail })
    return true
  }
  const full = turn.policy.intervalMs + turn.policy.settleMs + lagMs
  const ripe = startedAt >= snapshot.process.heldSince + full
  if (!ripe || turn.standing !== 'in_step' || turn.handsOff) {
    turn.because({ code: 'check_passed', weight: before.weight, metrics: numbersOf(turn) })
    return true
  }
  getOn(turn)
  return true
}

/** A passed check at a weight that has been in effect for a whole interval: the next weight, or what follows the limit. */
function getOn(turn: Turn): void {
  const { policy, before, snapshot } = turn
  const { weight } = before
  // Below 100 % a part of production still serves: the canary needs as many pods to take its place.
  const replaced = weight < 100 ? (snapshot.readiness.production?.available ?? 0) : 0
  if (weight < policy.trafficLimit) raise(turn)
  else if (policy.atLimit === 'hold') {
    if (before.phase !== 'Holding') turn.go('Holding', { code: 'holding_at_limit', weight, limit: policy.trafficLimit })
  } else if (canTakeMore(turn, replaced)) {
    turn.go('Promoting', { code: 'promoting', cause: 'passed', weight, version: before.target.canaryVersion })
    turn.effect({ kind: 'promote', version: before.target.canaryVersion })
  }
}

/** One increment, never beyond the limit, while every pod is there to take it. */
export function raise(turn: Turn): void {
  const { policy, before } = turn
  if (!canTakeMore(turn, 0)) return
  const { trafficLimit: limit, increment } = policy
  const weight = Math.min(before.weight + increment, limit)
  turn.want(weight)
  turn.go('Progressing', { code: 'raised', from: before.weight, to: weight, limit, metrics: numbersOf(turn) })
  turn.shift()
}

/** Rule 9: no increment without a pod of production to come back to, with a problem, or without every canary pod. */
function canTakeMore(turn: Turn, needed: number): boolean {
  const { available, desired } = turn.canary
  const { weight, productionVersion: version } = turn.before
  const wanted = Math.max(desired, needed)
  const problem = turn.traffic?.problem ?? turn.snapshot.readiness.unknown
  if (turn.productionLost) turn.because({ code: 'waiting_for_production', version })
  else if (problem !== undefined) turn.because({ code: 'holding_traffic', weight, detail: problem })
  else if (available < wanted) turn.because({ code: 'holding_availability', available, desired: wanted, weight })
  else return true
  turn.wakeAt(turn.now + turn.policy.intervalMs)
  return false
}

/**
 * When the canary is to be checked next, whatever else is decided; undefined while it is not checked, or is being checked.
 * A check whose outcome could not be saved is made anew after an interval: what it found is out of date then.
 */
export function checkDue(state: RolloutState, { traffic, process, readings }: Snapshot): number | undefined {
  const measured = ['Progressing', 'Holding', 'Paused', 'Frozen'].includes(state.phase)
  const untouched = state.pause?.from === 'Waiting' || state.pause?.from === 'Baselining'
  const underWay = readings !== undefined && readings.endedAt === undefined
  if (!measured || untouched || underWay || traffic.state !== 'ready') return undefined
  const { intervalMs, settleMs } = state.policy
  const wrote = process.wrote?.step === state.step ? process.wrote.at + intervalMs + settleMs : 0
  return Math.max(state.nextCheckAt ?? 0, wrote, readings?.endedAt === undefined ? 0 : readings.endedAt + intervalMs)
}

/** Asks for the next measurement when it is due; not while what the last one brought is still to be judged. */
export function measureWhenDue(turn: Turn, purpose: 'baseline' | 'check', due: number | undefined): void {
  if (due === undefined || (turn.snapshot.readings !== undefined && !turn.used)) return
  if (turn.now < due) turn.wakeAt(due)
  else turn.effect({ kind: 'measure', purpose })
}

/** Keeps what a check has found, says what can not be judged any more and what can again, and plans the next one. */
function record(turn: Turn, { metrics, trouble }: Assessment, failures: number): void {
  turn.used = true
  turn.set({ metrics, failures })
  noteTrouble(turn, trouble)
}

/** Said once when a metric can no longer be judged, once when it can again; a failing provider is asked less often. */
export function noteTrouble(turn: Turn, trouble: Assessment['trouble']): void {
  const { before, now, policy } = turn
  const { weight, phase } = turn.state
  const told = (code: string) => phase !== 'Baselining' || isError(code)
  const next: Record<string, { since: number; code: string }> = {}
  for (const [metric, { code, detail }] of Object.entries(trouble)) {
    next[metric] = { since: own(before.trouble, metric)?.since ?? now, code }
    if (own(before.trouble, metric) === undefined && told(code))
      turn.say({ code: 'metric_trouble', metric, weight, cause: code, detail })
  }
  for (const [metric, { since, code }] of Object.entries(before.trouble)) {
    if (own(next, metric) === undefined && told(code))
      turn.say({ code: 'metric_recovered', metric, seconds: Math.round((now - since) / 1000) })
  }
  const outages = Object.values(next).filter(({ code }) => isError(code))
  const lasted = Math.max(0, ...outages.map(({ since }) => now - since))
  const { intervalMs } = policy
  const wait = Math.min(Math.max(lasted, intervalMs), Math.max(longestRetryMs, intervalMs))
  const asked = Math.max(0, ...Object.values(trouble).map(({ retryAfterMs = 0 }) => retryAfterMs))
  turn.set({ trouble: next, nextCheckAt: now + Math.max(wait, Math.min(asked, longestPauseMs)) })
}

/** A provider that fails, or can not be asked; not a lack of data, which time mends. */
const isError = (code: string): boolean => codeOf({ code }) !== undefined

/** Each metric's last reading against its baseline. */
export const numbersOf = ({ policy, state }: Turn) =>
  policy.rules.map(({ name, deviation: allowed }) => {
    const { reading, baseline } = own(state.metrics, name) ?? {}
    return { metric: name, reading, baseline, allowed }
  })
