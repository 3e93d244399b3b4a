import { isTerminal, type Phase, type Reason, type RolloutState, render } from '@birdwatch/core'
import type { Condition } from '../resource/status.js'
import { camelCase, clipped, isoTime } from './text.js'

/** What is found about a rollout outside of its state: a condition that is shown only while it applies. */
export interface Note {
  readonly type: 'StaleWindow' | 'SharedSubsets' | 'Degraded'
  readonly reason: string
  readonly message: string
}

interface Finding {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

type ConditionRule = (state: RolloutState, notes: readonly Note[]) => Finding

/** Phases in which the rollout moves on by itself. */
const moving: readonly Phase[] = ['Baselining', 'Progressing', 'Promoting', 'RollingBack']

const because = (status: Finding['status'], reason: Reason): Finding => ({
  status,
  reason: camelCase(reason.code),
  message: render(reason),
})

/** What each condition means, in the order in which they are shown. */
const rules: Readonly<Record<string, ConditionRule>> = {
  /** The spec is used as it is. False: it can not be used, or an edit of it is not. */
  Accepted(state) {
    if (state.phase === 'Invalid') return because('False', state.reason)
    if (state.rejected === undefined)
      return { status: 'True', reason: 'Accepted', message: 'The spec is used as it is.' }
    const { field, detail = render(state.rejected) } = state.rejected as Reason<'invalid'>
    return because('False', { code: 'policy_rejected', detail, ...(field === undefined ? {} : { field }) })
  },
  /** The rollout moves on by itself. False: it has not begun, waits for a person, or has ended. */
  Progressing: state => because(moving.includes(state.phase) ? 'True' : 'False', state.reason),
  /** The canary version is production. Unknown: that is still open. */
  Promoted(state) {
    if (state.phase === 'Promoted') return because('True', state.reason)
    return because(state.phase === 'RolledBack' || state.phase === 'Invalid' ? 'False' : 'Unknown', state.reason)
  },
  /** Something is broken: a metric can not be read, a rollback is refused, nothing moves, or a fault waits for a person. */
  Degraded(state, notes) {
    const note = notes.find(({ type }) => type === 'Degraded')
    const troubled = Object.entries(state.trouble)
    if (state.blocked)
      return {
        status: 'True',
        reason: 'RollbackBlocked',
        message: 'The write that rolls back is refused; it is tried again and again.',
      }
    if (state.phase === 'Frozen') return because('True', state.reason)
    if (troubled.length > 0) {
      const message = troubled.map(
        ([metric, { code, since }]) => `${metric} can not be judged since ${isoTime(since)} (${code}).`,
      )
      return { status: 'True', reason: 'MetricTrouble', message: message.join(' ') }
    }
    if (state.stuckAt !== undefined && !isTerminal(state)) return { ...because('True', state.reason), reason: 'Stuck' }
    if (note !== undefined) return { status: 'True', reason: note.reason, message: note.message }
    return { status: 'False', reason: 'AsExpected', message: 'Nothing is broken.' }
  },
  /** The service is as the spec wants it: promoted, or held at the limit that the spec sets. */
  Ready: state => because(state.phase === 'Promoted' || state.phase === 'Holding' ? 'True' : 'False', state.reason),
  /** Nobody else has changed the traffic since the controller last did. */
  InSync(state) {
    const foreign = state.pause?.foreign ?? state.drift
    if (foreign === undefined) return { status: 'True', reason: 'InSync', message: 'The traffic is as it was set.' }
    const { weight: found, versions, writer } = foreign
    const seen = {
      ...(found === undefined ? {} : { found }),
      ...(versions === undefined ? {} : { versions: `${versions.production}/${versions.canary}` }),
      ...(writer === undefined ? {} : { writer }),
    }
    return because(
      'False',
      isTerminal(state) ? { code: 'drifted', ...seen } : { code: 'paused_foreign', expected: state.weight, ...seen },
    )
  },
}

/** The conditions of a rollout; `lastTransitionTime` is when `status` changed, as Kubernetes tools expect. */
export function conditionsOf(
  state: RolloutState,
  notes: readonly Note[],
  { previous, generation, now }: { previous: readonly Condition[]; generation: number; now: number },
): Condition[] {
  const found: (Finding & { type: string })[] = Object.entries(rules).map(([type, rule]) => ({
    type,
    ...rule(state, notes),
  }))
  for (const note of notes) if (note.type !== 'Degraded') found.push({ status: 'True', ...note })
  return found.map(({ type, status, reason, message }) => {
    const known = previous.find(c => c.type === type)
    return {
      type,
      status,
      reason,
      message: clipped(message, 1024),
      lastTransitionTime: known?.status === status ? known.lastTransitionTime : isoTime(now),
      observedGeneration: generation,
    }
  })
}
