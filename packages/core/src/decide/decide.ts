import { equal } from '../json.js'
import type { Phase } from '../phase.js'
import type { Policy } from '../policy.js'
import { type Reason, render } from '../reasons.js'
import type { Effect, Refusal, Snapshot } from '../snapshot.js'
import { inProgress, type RolloutState } from '../state.js'
import { checkDue, measureWhenDue, passedCheck, unhealthy } from './check.js'
import { abort, newTarget, pause, promote, refuse, resume, retry, undo } from './commands.js'
import { finishPromotion, finishRollback } from './finish.js'
import { restart, sameQueries } from './restart.js'
import {
  applyWeight,
  deadCanary,
  deletion,
  interrupted,
  loweredLimit,
  noProduction,
  noteDrift,
  settleForeign,
  writeAgain,
} from './safety.js'
import { baselining, start } from './start.js'
import { type Rule, Turn } from './turn.js'

export interface Decision {
  readonly state: RolloutState
  readonly effects: readonly Effect[]
  /** Why the rollout is where it is now. */
  readonly reason: Reason
  /**
   * `now`: before any effect. `beside`: what a sick canary leads to holds before it is saved. `soon`: only numbers
   * changed, a save a minute will do.
   */
  readonly save: 'now' | 'beside' | 'soon' | 'no'
  /** The readings at hand are used up, once the save was answered. */
  readonly used: boolean
  /** Decide again at this time at the latest, epoch milliseconds. */
  readonly wakeAt?: number
}

/** Nothing begins while the rollout is being deleted. */
const gone: Rule = turn => turn.snapshot.deleting && !turn.moved

/** In the order in which they win. */
const active: readonly Rule[] = [
  deletion,
  abort,
  noProduction,
  deadCanary,
  unhealthy,
  newTarget,
  interrupted,
  loweredLimit,
  writeAgain,
  pause,
  promote,
  resume,
  refuse,
  baselining,
  applyWeight,
  passedCheck,
]
const idle: readonly Rule[] = [gone, deletion, abort, newTarget, pause, refuse, start]
const ended: readonly Rule[] = [gone, newTarget, retry, undo, refuse]

/** Where nothing but the end counts, a command is answered beside it. */
const answer: Rule = turn => refuse(turn) && false

const rows: Readonly<Record<Phase, readonly Rule[]>> = {
  Waiting: idle,
  Invalid: idle.filter(rule => rule !== pause),
  Baselining: active,
  Progressing: active,
  Holding: active,
  Paused: active,
  Frozen: active,
  Promoting: [answer, finishPromotion],
  RollingBack: [answer, finishRollback],
  Promoted: ended,
  RolledBack: ended,
}

/** The whole behaviour of a rollout: what is remembered and what is known now, to what is remembered next and what is done. */
export function decide(policy: Policy | Refusal, before: RolloutState, snapshot: Snapshot): Decision {
  const turn = new Turn(policy, before, snapshot)
  if (turn.command !== undefined && turn.command.id === before.lastCommand?.id) {
    turn.effect({ kind: 'acknowledge', id: turn.command.id })
    turn.command = undefined
  }
  adoptPolicy(turn)
  if (inProgress(before) && before.phase !== 'RollingBack' && before.phase !== 'Promoting') settleForeign(turn)
  rows[turn.state.phase].some(rule => rule(turn))
  afterwards(turn)
  return {
    state: turn.state,
    effects: turn.effects,
    reason: turn.state.reason,
    save: urgency(turn),
    used: turn.used,
    ...(turn.wakes.length === 0 ? {} : { wakeAt: Math.min(...turn.wakes) }),
  }
}

/** An edit applies from the next check; one that can not be used, or begins another rollout, leaves the present one as it is. */
function adoptPolicy(turn: Turn): void {
  const { wanted, state, traffic } = turn
  if ('refused' in wanted) {
    if (!inProgress(state)) return
    if (state.rejected === undefined) {
      const { field, detail } = wanted.refused as Reason<'invalid'>
      turn.say({ code: 'policy_rejected', detail: detail ?? render(wanted.refused), field })
    }
    turn.set({ rejected: wanted.refused })
    return
  }
  if (state.rejected !== undefined) turn.set({ rejected: undefined })
  if (state.phase === 'Promoting' || state.phase === 'RollingBack') return
  const idle = state.phase === 'Waiting' || state.phase === 'Invalid'
  const applies = idle || sameQueries(state.policy.rules, wanted.rules)
  if (applies && !equal(state.policy, wanted)) turn.set({ policy: wanted })
  if (!inProgress(state)) return
  // What was only observed has neither been brought to 0 nor prepared; a person's pause or a freeze stays until `resume`.
  const begins = state.policy.mode === 'observe' && wanted.mode === 'act'
  if (begins && state.phase !== 'Paused' && state.phase !== 'Frozen') restart(turn)
  const observed = wanted.mode === 'observe' ? traffic?.weight : undefined
  if (observed !== undefined && observed !== state.weight)
    turn.set({ weight: observed, from: observed, step: state.step + 1 })
}

/** What follows from the state reached: the next measurement, drift after the end, and being stuck. */
function afterwards(turn: Turn): void {
  const { state, before, policy } = turn
  const unchanged = state.phase === before.phase && state.step === before.step
  const { readings, ...known } = turn.snapshot
  if (readings !== undefined && readings.step !== state.step && turn.standing !== 'unapplied') turn.used = true
  if (unchanged && (turn.standing === 'in_step' || turn.handsOff || state.phase === 'Frozen'))
    measureWhenDue(turn, 'check', checkDue(state, known))
  if (turn.traffic === undefined && ['Progressing', 'Holding'].includes(state.phase))
    turn.because({ code: 'holding_traffic', weight: state.weight, detail: turn.absence })
  if (unchanged && (state.phase === 'Promoted' || state.phase === 'RolledBack')) noteDrift(turn)
  const waits = state.reason.code === 'no_production'
  if (!waits && !['Baselining', 'Progressing', 'RollingBack', 'Promoting'].includes(state.phase)) return
  const due = Math.max(state.progressAt, state.stuckAt ?? 0) + policy.stuckAfterMs
  if (turn.now < due) turn.wakeAt(due)
  else {
    const seconds = Math.round((turn.now - state.progressAt) / 1000)
    turn.say(waits ? state.reason : { code: 'stuck', seconds, phase: state.phase, because: render(state.reason) })
    turn.set({ stuckAt: turn.now })
  }
}

/** What must be safe before anything follows from it, and what may wait. */
function urgency({ before, state: after, urgent: sick }: Turn): Decision['save'] {
  if (after === before) return 'no'
  const urgent = ({ nextCheckAt: _n, outbox: _o, reason, metrics, ...rest }: RolloutState) => ({
    ...rest,
    reason: reason.code,
    verdicts: Object.values(metrics).map(m => m.verdict),
  })
  if (!equal(urgent(before), urgent(after))) return sick ? 'beside' : 'now'
  return equal(before, after) ? 'no' : 'soon'
}
