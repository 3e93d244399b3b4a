import { own } from '../json.js'
import type { Trouble } from '../judge/assess.js'
import { numberIn } from '../judge/deviation.js'
import type { MetricRule } from '../policy.js'
import type { Reading } from '../ports.js'
import type { Reason } from '../reasons.js'
import type { CheckReadings } from '../snapshot.js'
import { measureWhenDue, noteTrouble, numbersOf, raise } from './check.js'
import { shows } from './standing.js'
import type { Rule, Turn } from './turn.js'

/** Waiting and Invalid: begins when the policy, the routes and both versions allow it. Nothing is written before. */
export const start: Rule = turn => {
  const { wanted, traffic, snapshot, state, canary } = turn
  const { canaryVersion: version } = state.target
  if ('refused' in wanted) return stay(turn, 'Invalid', wanted.refused)
  if (snapshot.traffic.state === 'unusable') return stay(turn, 'Invalid', { code: 'invalid', detail: turn.absence })
  if (traffic === undefined) {
    return stay(turn, 'Waiting', { code: 'waiting_for_traffic', detail: turn.absence })
  }
  const production = traffic.versions?.production
  if (production === version) {
    turn.go('Promoted', { code: 'already_production', version }, { endedAt: turn.now })
    return true
  }
  if (traffic.problem !== undefined) return stay(turn, 'Invalid', { code: 'invalid', detail: traffic.problem })
  const { trafficLimit } = wanted
  const smallest = traffic.resolution ?? 1
  if (smallest > trafficLimit) {
    const detail = `the smallest share these routes can express is ${smallest} %, above the limit of ${trafficLimit} %; give the routes finer weights or raise the limit`
    return stay(turn, 'Invalid', { code: 'invalid', field: 'traffic_limit', detail })
  }
  if (snapshot.readiness.canary === undefined) {
    const { looked = snapshot.readiness.unknown } = snapshot.readiness
    return stay(turn, 'Waiting', { code: 'waiting_for_canary', version, looked })
  }
  if (canary.available === 0 || canary.available < canary.desired)
    return stay(turn, 'Waiting', {
      code: 'waiting_for_canary',
      version,
      available: canary.available,
      desired: canary.desired,
    })
  if (turn.productionLost) return stay(turn, 'Waiting', { code: 'waiting_for_production', version: production })
  begin(turn, production)
  return true
}

function begin(turn: Turn, production: string | undefined): void {
  const version = turn.state.target.canaryVersion
  turn.set({ weight: 0, from: 0, step: turn.before.step + 1, decidedAt: turn.now, startedAt: turn.now })
  turn.set({ productionVersion: production, revision: turn.snapshot.readiness.revision, nextCheckAt: turn.now })
  turn.go('Baselining', { code: 'started', version, production })
}

function stay(turn: Turn, phase: 'Waiting' | 'Invalid', reason: Reason): true {
  if (turn.state.phase === phase) turn.because(reason)
  else turn.go(phase, reason)
  return true
}

/** Rule 1: weight 0, seen; then the canary destination points at the version; then propagation; then the baseline. */
export const baselining: Rule = turn => {
  if (turn.state.phase !== 'Baselining') return false
  const { traffic, snapshot, policy } = turn
  if (traffic === undefined) {
    turn.because({ code: 'holding_traffic', weight: 0, detail: turn.absence })
    return true
  }
  if (turn.state.preparedAt === undefined && policy.mode === 'act') return prepare(turn)
  const ready = Math.max(turn.state.preparedAt ?? 0, snapshot.process.heldSince) + policy.propagationMs
  if (turn.now < ready && policy.mode === 'act') turn.wakeAt(ready)
  else if (turn.canary.available > 0) takeBaseline(turn)
  else {
    turn.used = true // a baseline counts only while the canary is available
    turn.because({ code: 'waiting_for_canary', version: turn.state.target.canaryVersion, ...turn.canary })
  }
  return true
}

function prepare(turn: Turn): true {
  const { traffic, snapshot, state } = turn
  const version = state.target.canaryVersion
  const answered = snapshot.lastEffect?.kind === 'prepare' && snapshot.lastEffect.step === state.step
  const done = traffic?.versions ? traffic.versions.canary === version : answered && !snapshot.lastEffect?.error
  if (!shows(snapshot.traffic, 0)) {
    if (turn.productionLost) turn.because({ code: 'waiting_for_production' })
    else turn.shift()
  } else if (!snapshot.process.certain) {
    turn.because({ code: 'measuring_baseline', version })
  } else if (done) {
    turn.set({ preparedAt: turn.now })
    turn.because({ code: 'measuring_baseline', version })
    turn.wakeAt(turn.now + turn.policy.propagationMs)
  } else {
    turn.effect({ kind: 'prepare', version })
  }
  return true
}

/** Rule 2: the first reading received while the canary is available and has weight 0. */
function takeBaseline(turn: Turn): void {
  const { readings } = turn.snapshot
  const ours = readings?.step === turn.state.step && readings.purpose === 'baseline'
  if (!ours || readings.endedAt !== undefined) turn.used = true
  if (ours && readings.endedAt !== undefined) judgeBaseline(turn, readings)
  if (missing(turn).length > 0) measureWhenDue(turn, 'baseline', turn.state.nextCheckAt ?? 0)
  else if (turn.policy.mode === 'act') raise(turn)
  else turn.go('Progressing', { code: 'check_passed', weight: turn.state.weight, metrics: numbersOf(turn) })
}

const missing = ({ policy, state }: Turn) =>
  policy.rules.filter(({ name }) => own(state.metrics, name)?.baseline === undefined)

function judgeBaseline(turn: Turn, { metrics }: CheckReadings): void {
  const trouble: Record<string, Trouble> = {}
  for (const rule of missing(turn)) {
    const { metric, baseline } = own(metrics, rule.name) ?? {}
    const reading = (rule.baselineQuery === undefined ? metric : baseline) ?? { value: null, at: turn.now }
    const found = numberIn(reading, rule, false)
    if ('value' in found) keepBaseline(turn, rule, found.value, reading)
    else if ('error' in reading) {
      const { code, message: detail, retryAfterMs } = reading.error
      trouble[rule.name] = { code, detail, retryAfterMs }
    } else trouble[rule.name] = { code: found.cause }
  }
  noteTrouble(turn, trouble)
  const [first] = Object.entries(trouble)
  if (first !== undefined)
    turn.because({ code: 'waiting_for_data', metric: first[0], cause: first[1].code, detail: first[1].detail })
}

function keepBaseline(turn: Turn, { name, deviation: allowed }: MetricRule, baseline: number, reading: Reading): void {
  const memory = 'value' in reading && reading.value !== null
  const metric = { name, allowed, baseline, reading: baseline, verdict: 'healthy', at: reading.at, memory }
  turn.set({ metrics: { ...turn.state.metrics, [name]: metric } })
}
