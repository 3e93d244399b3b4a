import { isTerminal, type RolloutState } from '@birdwatch/core'
import { usualReading } from '../world/metrics.js'
import { type Facts, type Laws, longestUnseenMs, partOf, type Saved, slack } from './facts.js'

/** One save as it took effect. */
export interface Save extends Facts {
  readonly save: Saved
  readonly before: RolloutState | undefined
  /** When the process that saved was started. */
  readonly startedAt: number
}

/** An object of Kubernetes must stay far below 1.5 MiB. */
const mostCharacters = 65_536

const observes = ({ policy }: RolloutState) => policy.mode === 'observe'
const raises = ({ before, save: { state } }: Save) =>
  before !== undefined && state.step > before.step && state.reason.code === 'raised' && !observes(state)
const accepted = ({ before, save: { state } }: Save) =>
  state.lastCommand?.refused === undefined && state.lastCommand?.id !== before?.lastCommand?.id
    ? state.lastCommand?.name
    : undefined

/** Of every save. */
export const ofSaves: Laws<Save> = {
  'rev rises by one with every save': ({ before, save }) => save.state.rev === (before?.rev ?? 0) + 1,
  'step never falls': ({ before, save }) => save.state.step >= (before?.step ?? 0),
  'the number of the last notice never falls': ({ before, save }) => save.state.seq >= (before?.seq ?? 0),
  'a step stands for one weight': ({ before, save: { state } }) =>
    before === undefined || state.step > before.step || state.weight === before.weight,
  'at most 20 notices wait': ({ save }) => save.state.outbox.length <= 20,
  'at most 5 rollouts are remembered': ({ save }) => save.state.history.length <= 5,
  'the state stays small': ({ save }) => JSON.stringify(save.state).length <= mostCharacters,
  'no raise goes beyond the limit': fact =>
    !raises(fact) || fact.save.state.weight <= fact.save.state.policy.trafficLimit,
  'what has ended stays as it is': fact => {
    const { before, save } = fact
    if (before === undefined || !isTerminal(before) || before.phase === save.state.phase) return true
    return save.state.phase === 'Promoting' ? accepted(fact) === 'undo' : save.state.number > before.number
  },
  'what waits for a person goes on when a person says so': fact => {
    const { before, save } = fact
    const waited = before?.phase === 'Paused' || before?.phase === 'Frozen'
    if (!waited || !['Progressing', 'Holding', 'Promoting', 'Baselining'].includes(save.state.phase)) return true
    return accepted(fact) !== undefined || (before.pause?.lock === true && !save.state.policy.paused)
  },
  'a command is carried out once': ({ saves, save }) => {
    const { id, at } = save.state.lastCommand ?? {}
    // The id tells whole seconds: the same may be given again within one, after another one was answered.
    const answers = saves.map(({ state }) => state.lastCommand)
    const since = answers.slice(answers.findLastIndex(answer => answer?.id !== id) + 1)
    return since.every(answer => answer?.at === at)
  },
  'an increment rests on a healthy reading at the present weight, an interval after it took effect': fact => {
    const { before, save, probes, story, weightSince, weightBy, startedAt, name, now, cluster } = fact
    if (!raises(fact) || before === undefined) return true
    // No watch has told of it yet; what follows is not written over it.
    if (weightBy === 'kubectl' && (fact.unseen || now - weightSince <= longestUnseenMs)) return true
    const begins = before.phase === 'Baselining'
    const present = partOf(story.sum, before.weight)
    // A rollback of ours took its place while it was on its way: it is not applied any more.
    const byUs = weightBy !== 'kubectl' && weightBy !== 'setup'
    if (present > 0 && cluster.canary(name) === 0 && byUs) return true
    const since = begins ? 0 : Math.max(weightSince, startedAt) + save.state.policy.intervalMs * slack
    // The baseline is saved: the process that took it may have been another one.
    const ours = (process: string) => begins || process === save.by
    // People may allow so much that a sick canary counts as healthy.
    const allowed = save.state.policy.rules[0]?.deviation ?? 0
    const found = probes.filter(p => p.rollout === name && ours(p.process) && p.canary === present && p.at >= since)
    return found.some(({ reading }) => reading - usualReading <= allowed)
  },
}
