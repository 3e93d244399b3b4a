import { isTerminal, type Reason, type RolloutState, render } from '@birdwatch/core'
import type { Note } from './view.js'

type Source = (state: RolloutState) => readonly (readonly [title: string, reason: Reason])[]

/** What a state tells beside its reason, in the order in which it matters. */
const sources: readonly Source[] = [
  ({ blocked, outbox, from: weight }) => {
    // Once people were told of it, the answer itself is no longer in the state.
    const told = outbox.findLast(({ reason }) => reason.code === 'rollback_blocked')?.reason
    const detail = 'the log and the events tell the answer in full'
    const reason = told ?? ({ code: 'rollback_blocked', cause: 'TRAFFIC_REFUSED', detail, weight } as const)
    return blocked ? [['Rollback refused', reason]] : []
  },
  ({ rejected }) => {
    if (rejected === undefined) return []
    const { field, detail = render(rejected) } = rejected as Reason<'invalid'>
    return [['Edit not used', { code: 'policy_rejected', detail, ...(field === undefined ? {} : { field }) }]]
  },
  state => {
    const { drift, pause, phase } = state
    const foreign = isTerminal(state) || phase === 'Frozen' ? drift : pause?.foreign
    if (foreign === undefined || state.reason.code === 'paused_foreign') return []
    const { weight: found, versions, writer } = foreign
    const seen = {
      ...(found === undefined ? {} : { found }),
      ...(versions === undefined ? {} : { versions: `${versions.production}/${versions.canary}` }),
      ...(writer === undefined ? {} : { writer }),
    }
    return isTerminal(state)
      ? [['Traffic was changed', { code: 'drifted', ...seen }]]
      : [['Traffic was changed', { code: 'paused_foreign', expected: state.weight, ...seen }]]
  },
  ({ trouble, weight, phase }) =>
    Object.entries(trouble)
      // Before the baseline there is nothing to judge: that data is waited for is the reason itself.
      .filter(([, { code }]) => phase !== 'Baselining' || code.startsWith('METRIC_'))
      .map(([metric, { code: cause }]) => [
        'Metric can not be judged',
        { code: 'metric_trouble', metric, cause, weight },
      ]),
  state => {
    const { stuckAt, progressAt, phase, reason } = state
    if (stuckAt === undefined || isTerminal(state) || reason.code === 'no_production') return []
    const seconds = Math.round((stuckAt - progressAt) / 1000)
    return [['No progress', { code: 'stuck', seconds, phase, because: render(reason) }]]
  },
]

/** What else there is to know of a rollout, in the engine's words. */
export const notesOf = (state: RolloutState): Note[] =>
  sources.flatMap(source => source(state)).map(([title, reason]) => ({ title, text: render(reason) }))
