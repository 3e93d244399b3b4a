import { numberIn } from '../judge/deviation.js'
import type { Reason } from '../reasons.js'
import { measureWhenDue, noteTrouble, raise, retryAfter } from './check.js'
import { shows } from './standing.js'
import type { Rule, Turn } from './turn.js'

/** Waiting and Invalid: begins when the policy, the routes and both versions allow it. Nothing is written before. */
export const start: Rule = turn => {
  const { wanted, traffic, snapshot, state, canary } = turn
  const { canaryVersion: version } = state.target
  if ('refused' in wanted) return halt(turn, wanted.refused)
  if (snapshot.traffic.state === 'unusable') return halt(turn, { code: 'invalid', detail: snapshot.traffic.reason })
  if (traffic === undefined) {
    const { reason: detail } = snapshot.traffic as { reason: string }
    return wait(turn, { code: 'waiting_for_traffic', detail })
  }
  const production = traffic.versions?.production
  if (production === version) {
    turn.go('Promoted', { code: 'already_production', version }, { endedAt: turn.now, weight: traffic.weight })
    return true
  }
  if (traffic.problem !== undefined) return halt(turn, { code: 'invalid', detail: traffic.problem })
  const { trafficLimit } = wanted
  const smallest = traffic.resolution ?? 1
  if (smallest > trafficLimit) {
    const detail = `the smallest share these routes can express is ${smallest} %, above the limit of ${trafficLimit} %; give the routes finer weights or raise the limit`
    return halt(turn, { code: 'invalid', field: 'trafficLimit', detail })
  }
  if (snapshot.readiness.canary === undefined) {
    const { looked } = snapshot.readiness
    return wait(turn, { code: 'waiting_for_canary', version, ...(looked ? { looked } : {}) })
  }
  if (canary.available === 0 || canary.available < canary.desired)
    return wait(turn, { code: 'waiting_for_canary', version, available: canary.available, desired: canary.desired })
  if (turn.productionLost)
    return wait(turn, { code: 'waiting_for_production', ...(production ? { version: production } : {}) })
  begin(turn, production)
  return true
}

function begin(turn: Turn, production: string | undefined): void {
  const { version } = { version: turn.state.target.canaryVersion }
  turn.set({ weight: 0, from: 0, step: turn.before.step + 1, decidedAt: turn.now, startedAt: turn.now })
  turn.set({ productionVersion: production, revision: turn.snapshot.readiness.revision, nextCheckAt: turn.now })
  turn.go('Baselining', { code: 'started', version, ...(production ? { production } : {}) })
}

function halt(turn: Turn, reason: Reason): true {
  if (turn.state.phase !== 'Invalid') turn.go('Invalid', reason)
  else turn.because(reason)
  return true
}

function wait(turn: Turn, reason: Reason): true {
  if (turn.state.phase !== 'Waiting') turn.go('Waiting', reason)
  else turn.because(reason)
  return true
}

/** Rule 1: weight 0, seen; then the canary destination points at the version; then propagation; then the baseline. */
export const baselining: Rule = turn => {
  if (turn.state.phase !== 'Baselining') return false
  const { traffic, snapshot, policy } = turn
  if (traffic === undefined) {
    turn.because({ code: 'holding_traffic', weight: 0, detail: (snapshot.traffic as { reason: string }).reason })
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
  const missing = () =>
    turn.policy.rules.filter(r => r.baseline === 'once' && turn.state.metrics[r.name]?.baseline === undefined)
  if (readings !== undefined && (readings.purpose !== 'baseline' || readings.step !== turn.state.step)) turn.used = true
  else if (readings?.complete) {
    turn.used = true
    const trouble: Record<string, { code: string; detail?: string }> = {}
    for (const rule of missing()) {
      const { metric, baseline } = readings.metrics[rule.name] ?? {}
      const reading = (rule.baselineQuery === undefined ? metric : baseline) ?? { value: null, at: turn.now }
      const found = numberIn(reading, rule, false)
      if ('value' in found) keepBaseline(turn, rule.name, rule.deviation, found.value, reading)
      else
        trouble[rule.name] = {
          code: 'error' in reading ? reading.error.code : found.cause,
          ...('detail' in found ? { detail: found.detail } : {}),
        }
    }
    noteTrouble(turn, trouble)
    const outage = Object.values(trouble).some(t => t.code.startsWith('METRIC_'))
    turn.set({ nextCheckAt: turn.now + (outage ? retryAfter(turn) : turn.policy.intervalMs) })
    const first = Object.entries(trouble)[0]
    if (first !== undefined)
      turn.because({
        code: 'waiting_for_data',
        metric: first[0],
        ...(first[1].detail ? { detail: first[1].detail } : {}),
      })
  }
  if (missing().length > 0) measureWhenDue(turn, 'baseline')
  else if (turn.policy.mode === 'act') raise(turn)
  else turn.go('Progressing', { code: 'check_passed', weight: turn.state.weight, metrics: [] })
}

function keepBaseline(turn: Turn, name: string, allowed: number, baseline: number, { at }: { at: number }): void {
  const hadData = turn.snapshot.readings?.metrics[name]?.metric
  const memory = hadData !== undefined && 'value' in hadData && hadData.value !== null
  const metric = { name, allowed, baseline, reading: baseline, verdict: 'healthy', at, memory }
  turn.set({ metrics: { ...turn.state.metrics, [name]: metric } })
}
