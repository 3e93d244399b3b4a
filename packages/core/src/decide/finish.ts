import { findingOf, type Reason } from '../reasons.js'
import { restart } from './restart.js'
import { shows } from './standing.js'
import type { Rule, Turn } from './turn.js'

/** A rollback or a promotion that was answered and is not seen is sent again this much later, milliseconds. */
export const unseenMs = 1000

/**
 * Weight 0, again and again until it was seen; then the end, or the next rollout. Where no weight can be seen, routes
 * may still hold one for the canary (another object is gone), so there the write must have been answered.
 */
export const finishRollback: Rule = turn => {
  const { snapshot, state } = turn
  const { lastEffect } = snapshot
  const answer = lastEffect?.kind === 'rollback' && lastEffect.step === state.step ? lastEffect : undefined
  const written = answer !== undefined && answer.error === undefined
  const gone = written || answer?.error?.code === 'TRAFFIC_MISSING'
  if (snapshot.traffic.state === 'missing' && gone) {
    rolledBack(turn, { code: 'objects_gone', detail: turn.absence })
  } else if (snapshot.traffic.state === 'unusable' && written) {
    rolledBack(turn)
  } else if (shows(snapshot.traffic, 0)) {
    if (snapshot.process.certain) rolledBack(turn)
  } else if (turn.productionLost && state.reason.code !== 'aborted') {
    freeze(turn)
  } else {
    if (answer?.error && !state.blocked) {
      const { code: cause, message: detail } = answer.error
      turn.set({ blocked: true })
      turn.say({ code: 'rollback_blocked', cause, detail, weight: state.from })
    }
    turn.sendBack()
  }
  return true
}

function rolledBack(turn: Turn, gone?: Reason): void {
  const { state, traffic } = turn
  const { productionVersion: production, target } = state
  const because = [findingOf(state.reason), traffic?.problem].filter(Boolean).join(' ')
  const reason: Reason = { code: 'rolled_back', version: target.canaryVersion, because, production }
  turn.go('RolledBack', gone ?? reason, { endedAt: turn.now, from: 0, blocked: undefined })
  if (state.next === 'restart') restart(turn)
}

/** Production was lost before the weight was 0: the rest of the rollback would be an outage. */
function freeze(turn: Turn): void {
  const { state, traffic } = turn
  const weight = traffic?.weight ?? state.from
  const changes = { weight, from: weight, step: state.step + 1, pause: { from: 'Progressing' } } as const
  turn.go('Frozen', { code: 'no_production', weight, version: state.productionVersion }, changes)
}

/** The production label first, the weights one propagation later; nothing but its end stops it. */
export const finishPromotion: Rule = turn => {
  const { snapshot, state, traffic, policy } = turn
  const version = state.undoing ?? state.target.canaryVersion
  const { lastEffect } = snapshot
  const answered = lastEffect?.kind === 'promote' && lastEffect.at >= state.since && lastEffect.error === undefined
  // A rollback was decided before the promotion, or instead of it, and took effect late. It wins unless a promotion has
  // been sent: that shows when none can land any more, and until then nothing is written.
  if (turn.standing === 'ours' && shows(snapshot.traffic, 0)) {
    if (snapshot.process.certain) turn.rollBack({ code: 'interrupted', expected: state.weight })
  } else if (snapshot.traffic.state === 'missing') {
    turn.go('Promoted', { code: 'objects_gone', detail: snapshot.traffic.reason }, { endedAt: turn.now })
  } else if (traffic?.versions?.production === version && traffic.settled !== false) {
    finish(turn, version, traffic.weight)
  } else if (traffic !== undefined && traffic.versions === undefined && answered) {
    finish(turn, version, traffic.weight)
  } else if (traffic?.versions?.production === version) {
    promoteAfter(turn, version, snapshot.process.heldSince + policy.propagationMs)
  } else if (traffic === undefined && answered) {
    // What was answered may have been the label alone: again, until it can be seen.
    promoteAfter(turn, version, lastEffect.at + Math.max(policy.propagationMs, unseenMs))
  } else {
    turn.effect({ kind: 'promote', version })
  }
  return true
}

function promoteAfter(turn: Turn, version: string, at: number): void {
  if (turn.now >= at) turn.effect({ kind: 'promote', version })
  else turn.wakeAt(at)
}

function finish(turn: Turn, version: string, weight: number): void {
  const { state, now } = turn
  const changes = { endedAt: now, weight, from: weight, step: state.step + 1, undoing: undefined }
  if (state.undoing !== undefined) {
    turn.go('RolledBack', { code: 'undone', version }, changes)
  } else {
    const production = state.productionVersion
    const seconds = state.startedAt === undefined ? undefined : Math.round((now - state.startedAt) / 1000)
    const numbers = { production, seconds }
    turn.go('Promoted', { code: 'promoted', version, ...numbers }, changes)
  }
}
