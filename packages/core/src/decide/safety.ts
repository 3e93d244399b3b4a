import type { Reason } from '../reasons.js'
import type { Foreign } from '../state.js'
import { describe, shows } from './standing.js'
import type { Rule, Turn } from './turn.js'

/** A foreign change is settled before anything else; what wins after it is looked up in the row of `Paused*`. */
export function settleForeign(turn: Turn): void {
  const { standing, traffic, state } = turn
  if (standing !== 'foreign' || traffic === undefined || turn.handsOff || state.preparedAt === undefined) return
  const drift = describe(traffic)
  if (state.phase === 'Frozen') {
    turn.set({ drift })
    return
  }
  const reason = { code: 'paused_foreign', expected: turn.before.weight, ...found(drift) } as const
  turn.go('Paused', reason, { pause: { from: turn.origin, foreign: drift } })
}

const found = ({ weight, versions, writer }: Foreign) => ({
  found: weight,
  versions: versions && `${versions.production}/${versions.canary}`,
  writer,
})

/** The traffic shows a write of ours that is not the one wanted: its save was lost, or it came late. */
const strayed = ({ standing, handsOff, state }: Turn): boolean =>
  standing === 'ours' && !handsOff && state.preparedAt !== undefined

/** A rollback of ours was not saved: it is finished, whatever was saved instead. */
export const interrupted: Rule = turn => {
  if (!strayed(turn) || !shows(turn.snapshot.traffic, 0) || turn.productionLost) return false
  turn.rollBack({ code: 'interrupted', expected: turn.state.weight })
  return true
}

/** Another weight of ours came late: the wanted one is written again. */
export const writeAgain: Rule = turn => {
  const { traffic, state } = turn
  if (!strayed(turn) || shows(turn.snapshot.traffic, 0)) return false
  const raises = traffic?.uniform !== false && (traffic?.weight ?? 0) < state.weight
  if (raises ? traffic?.problem !== undefined : turn.productionLost) return false
  turn.shift()
  return true
}

/** Rule 14: back to 0 first, unless somebody else has the traffic or production can not take it. */
export const deletion: Rule = turn => {
  const { snapshot, state } = turn
  if (!snapshot.deleting) return false
  const { weight } = state
  if (!turn.moved || turn.policy.mode === 'observe') end(turn, { code: 'deleted', weight })
  else if (!snapshot.process.live) turn.effect({ kind: 'look' })
  else if (turn.handsOff) end(turn, { code: 'left_as_is', cause: 'foreign', weight })
  else if (turn.productionLost) end(turn, { code: 'left_as_is', cause: 'no_production', weight })
  else turn.rollBack({ code: 'deleted', weight })
  return true
}

/** Ends in RolledBack without a write. */
export function end(turn: Turn, reason: Reason): void {
  turn.go('RolledBack', reason, { endedAt: turn.now })
}

/** Rule 9: without a pod of production no decrease begins; people are told at once and again. */
export const noProduction: Rule = turn => {
  const { state, policy } = turn
  if (!turn.productionLost || turn.handsOff || state.weight === 0) return false
  if (state.reason.code === 'no_production') return false
  if (turn.standing === 'unapplied') turn.want(state.from)
  const reason = { code: 'no_production', weight: turn.state.weight, version: state.productionVersion } as const
  const nextCheckAt = turn.now + policy.intervalMs
  turn.go('Frozen', reason, { pause: { from: state.phase }, stuckAt: turn.now, nextCheckAt })
  return true
}

/** Rule 9: a canary that can not serve gets no traffic, whatever `if_unhealthy` says. */
export const deadCanary: Rule = turn => {
  const { canary, state } = turn
  const known = turn.snapshot.readiness.unknown === undefined
  const dead = known && (canary.available === 0 || canary.failed)
  if (!dead && state.warned !== undefined) turn.set({ warned: undefined })
  if (!dead || !turn.moved) return false
  const reason = (action: 'rollback' | 'none'): Reason => ({
    code: 'dead_canary',
    action,
    ...canary,
    weight: state.weight,
    version: state.target.canaryVersion,
  })
  if (turn.handsOff) {
    if (state.warned === undefined) turn.say(reason('none'))
    turn.set({ warned: 'dead_canary' })
    return false
  }
  if (turn.productionLost) return false
  turn.rollBack(reason('rollback'))
  return true
}

/** Rule 8: a limit below the weight moves the weight down at once. */
export const loweredLimit: Rule = turn => {
  const { state, policy } = turn
  if (turn.handsOff || turn.productionLost || state.weight <= policy.trafficLimit) return false
  if (turn.traffic === undefined) return false
  turn.want(policy.trafficLimit)
  turn.because({ code: 'limit_lowered', from: state.weight, to: policy.trafficLimit })
  turn.shift()
  return true
}

/**
 * A weight that was saved and is not applied yet: apply it, or withdraw a raise that came too late. One that was sent and
 * not answered may have been carried out, though nothing has told of it yet: that is looked up before it is withdrawn.
 */
export const applyWeight: Rule = turn => {
  const { state, policy } = turn
  if (turn.standing !== 'unapplied' || turn.handsOff) return false
  const { certain, live } = turn.snapshot.process
  const late = state.decidedAt + policy.intervalMs
  if (turn.raisePending && (state.phase !== 'Progressing' || turn.now >= late)) {
    if (!certain && !live) {
      turn.effect({ kind: 'look' })
      return true
    }
    turn.withdraw()
    turn.because({ code: 'raise_withdrawn', from: state.weight, to: turn.state.weight })
  } else {
    turn.wakeAt(late)
    turn.shift()
  }
  return true
}

/** What the deviation from the wanted traffic looks like after the end: said once, never mended (rule 11). */
export function noteDrift(turn: Turn): void {
  const { state, traffic } = turn
  if (traffic === undefined || state.drift !== undefined || state.reason.code === 'left_as_is') return
  const version = state.phase === 'Promoted' ? state.target.canaryVersion : state.productionVersion
  const labelled = traffic.versions === undefined || version === undefined || traffic.versions.production === version
  if (state.preparedAt === undefined || (labelled && shows(traffic, state.weight))) return
  const drift = describe(traffic)
  turn.set({ drift })
  turn.say({ code: 'drifted', ...found(drift) })
}
