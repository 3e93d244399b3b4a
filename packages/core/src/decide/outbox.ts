import { equal, type Json } from '../json.js'
import type { Notice } from '../notice.js'
import { levelOf, type Reason } from '../reasons.js'
import type { RolloutState } from '../state.js'

/** Notices that wait for delivery are bounded by this. */
export const outboxLimit = 20

/** Adds a notice. When too many wait, progress gives way first, then the older of two of a kind, then the oldest. */
export function enqueue(state: RolloutState, reason: Reason, now: number): RolloutState {
  const seq = state.seq + 1
  const { target, phase, weight, productionVersion, metrics } = state
  const notice: Notice = {
    // That a canary is sick is told although it can not be saved: whoever comes after that process numbers anew.
    id: `${state.id}/${seq}/${now.toString(36)}`,
    rolloutId: state.id,
    seq,
    reason,
    snapshot: {
      name: target.name,
      service: target.service,
      phase,
      weight,
      canaryVersion: target.canaryVersion,
      productionVersion,
      at: now,
      metrics: Object.values(metrics).map(({ memory: _, ...numbers }) => numbers),
    },
  }
  const outbox = [...state.outbox, notice]
  return { ...state, seq, outbox: outbox.length > outboxLimit ? outbox.filter(n => n !== spare(outbox)) : outbox }
}

const spare = (outbox: readonly Notice[]): Notice | undefined =>
  outbox.find(n => levelOf(n.reason) === 'progress') ??
  outbox.find((n, i) => outbox.slice(i + 1).some(later => later.reason.code === n.reason.code)) ??
  outbox[0]

const same = (a: Json | undefined, b: Json | undefined) => equal(a ?? null, b ?? null)

/** What remains when everything up to `seq` was delivered. */
export function delivered(state: RolloutState, seq: number, handle: Json | undefined): RolloutState {
  const outbox = state.outbox.filter(n => n.seq > seq)
  if (outbox.length === state.outbox.length && same(handle, state.handle)) return state
  return { ...state, outbox, handle }
}

/**
 * What is decided in place of a decision that may have been saved: people were told what that one told them, and the
 * command that it answered is answered.
 */
export function keepTold(state: RolloutState, replaced: RolloutState): RolloutState {
  const { seq, outbox, lastCommand, rejected, trouble, warned, stuckAt } = replaced
  return { ...state, seq, outbox, lastCommand, rejected, trouble, warned, stuckAt }
}
