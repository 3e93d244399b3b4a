import { render } from '../reasons.js'
import { restart } from './restart.js'
import { shows } from './standing.js'
import type { Rule, Turn } from './turn.js'

/**
 * Weight 0, again and again until it was seen; then the end, or the next rollout. Where no weight can be seen, routes
 * may still hold one for the canary (another object is gone), so there the write must have been answered.
 */
export const finishRollback: Rule = turn => {
  const { snapshot, state, traffic } = turn
  const { canaryVersion: version } = state.target
  const { lastEffect } = snapshot
  const answer = lastEffect?.kind === 'rollback' && lastEffect.step === state.step ? lastEffect : undefined
  const written = answer !== undefined && answer.error === undefined
  const gone = written || answer?.error?.code === 'TRAFFIC_MISSING'
  if (snapshot.traffic.state === 'missing' && gone) {
    done(turn, snapshot.traffic.reason)
  } else if (snapshot.traffic.state === 'unusable' && written) {
    done(turn)
  } else if (shows(snapshot.traffic, 0)) {
    if (snapshot.process.certain) done(turn)
  } else if (turn.productionLost && state.reason.code !== 'aborted') {
    const production = state.productionVersion
    const reason = {
      code: 'no_production',
      weight: traffic?.weight ?? 0,
      version: production,
    } as const
    const weight = traffic?.weight ?? state.from
    turn.go('Frozen', reason, { weight, from: weight, step: state.step + 1, pause: { from: 'Progressing' } })
  } else {
    if (answer?.error && !state.blocked) {
      turn.set({ blocked: true })
      turn.say({
        code: 'rollback_blocked',
        cause: answer.error.code,
        detail: answer.error.message,
        weight: state.from,
      })
    }
    turn.effect({ kind: 'rollback' })
  }
  return true

  function done(turn: Turn, missing?: string): void {
    const because = render(state.reason)
    const production = state.productionVersion
    const reason =
      missing === undefined
        ? ({ code: 'rolled_back', version, because, production } as const)
        : ({ code: 'objects_gone', detail: missing } as const)
    turn.go('RolledBack', reason, { endedAt: turn.now, from: 0, blocked: undefined })
    if (state.next === 'restart') restart(turn)
  }
}

/** The production label first, the weights one propagation later; nothing but its end stops it. */
export const finishPromotion: Rule = turn => {
  const { snapshot, state, traffic, policy } = turn
  const version = state.undoing ?? state.target.canaryVersion
  const { lastEffect } = snapshot
  const answered = lastEffect?.kind === 'promote' && lastEffect.at >= state.since && lastEffect.error === undefined
  if (snapshot.traffic.state === 'missing') {
    turn.go('Promoted', { code: 'objects_gone', detail: snapshot.traffic.reason }, { endedAt: turn.now })
  } else if (traffic?.versions?.production === version && traffic.settled !== false) {
    finish(turn, version)
  } else if (traffic?.versions === undefined && answered) {
    finish(turn, version)
  } else if (traffic?.versions?.production === version) {
    const next = snapshot.process.heldSince + policy.propagationMs
    if (turn.now >= next) turn.effect({ kind: 'promote', version })
    else turn.wakeAt(next)
  } else {
    turn.effect({ kind: 'promote', version })
  }
  return true
}

function finish(turn: Turn, version: string): void {
  const { state, traffic, now } = turn
  const weight = traffic?.weight ?? state.weight
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
