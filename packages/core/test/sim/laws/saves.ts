import { isTerminal, type RolloutState } from '../../../src/index.js'
import { longestWatchMs } from '../happenings.js'
import type { Process } from '../process.js'
import { type Probe, us, type World } from '../world.js'
import { type Laws, observes } from './law.js'

/** One save as it took effect. */
export interface Save {
  readonly world: World
  readonly process: Process
  readonly before: RolloutState | undefined
  readonly after: RolloutState
}

const raises = ({ before, after }: Save) =>
  before !== undefined && after.step > before.step && after.reason.code === 'raised' && !observes(after)

/** The command that this save has accepted. */
const accepted = ({ before, after: { lastCommand } }: Save) =>
  lastCommand?.refused === undefined && lastCommand?.id !== before?.lastCommand?.id ? lastCommand?.name : undefined

/** What a rollout is about, apart from the build. */
const subject = ({ target, policy }: RolloutState) =>
  JSON.stringify([target.canaryVersion, policy.rules.map(({ name, query, provider }) => [name, query, provider])])

/** Somebody changed the weight so shortly before the question that no watch can have told. */
const unseen = ({ weightBy, at, weightSince }: Probe) => weightBy !== us && at - weightSince <= longestWatchMs

/** A reading on which an increment may rest: of this weight, and taken when it had been in effect for long enough. */
function ripe({ world, process, before, after }: Save, probe: Probe): boolean {
  if (before === undefined || probe.spent || probe.answeredAt === undefined) return false
  const { at, weight, weightSince, health, ofCanary } = probe
  if (weight !== world.mesh.toUnits(before.weight) && !unseen(probe)) return false
  if (before.phase === 'Baselining')
    return at >= (before.preparedAt ?? Number.POSITIVE_INFINITY) + before.policy.propagationMs
  const { intervalMs, settleMs } = after.policy
  const since = Math.max(unseen(probe) ? 0 : weightSince, process.startedAt)
  return ofCanary && probe.process === process.name && health === 'healthy' && at >= since + intervalMs + settleMs
}

export const ofSaves: Laws<Save> = {
  'rev rises by one with every save': ({ before, after }) => after.rev === (before?.rev ?? 0) + 1,
  'step never falls': ({ before, after }) => after.step >= (before?.step ?? 0),
  'the number of the last notice never falls': ({ before, after }) => after.seq >= (before?.seq ?? 0),
  'a step stands for one weight': ({ before, after }) =>
    before === undefined || after.step > before.step || after.weight === before.weight,
  'at most 20 notices wait': ({ after }) => after.outbox.length <= 20,
  'at most 5 rollouts are remembered': ({ after }) => after.history.length <= 5,
  'no raise goes beyond the limit': save => !raises(save) || save.after.weight <= save.after.policy.trafficLimit,

  'what has ended stays as it is': save => {
    const { before, after } = save
    if (before === undefined || !isTerminal(before) || before.phase === after.phase) return true
    if (after.phase === 'Promoting') return accepted(save) === 'undo'
    const rebuilt = before.revision !== undefined && before.revision !== save.world.revision
    return after.number > before.number && (accepted(save) === 'retry' || rebuilt || subject(before) !== subject(after))
  },

  'what waits for a person goes on when a person says so': save => {
    const { before, after } = save
    const waited = before?.phase === 'Paused' || before?.phase === 'Frozen'
    if (!waited || !['Progressing', 'Holding', 'Promoting', 'Baselining'].includes(after.phase)) return true
    const unlocked = before.pause?.lock === true && !after.policy.paused
    return accepted(save) !== undefined || unlocked
  },

  'a command is carried out once, or refused once': ({ world, after: { lastCommand } }) =>
    !world.store.saves.some(s => s.lastCommand?.id === lastCommand?.id && s.lastCommand?.at !== lastCommand?.at),

  'an increment rests on a passed check of its own': save => {
    if (!raises(save)) return true
    const { probes } = save.world
    const found = probes.find(probe => ripe(save, probe))
    if (found === undefined) return false
    for (const probe of probes) probe.spent ||= probe.at <= found.at
    const worse = probes.some(
      p => !p.spent && p.process === save.process.name && p.answeredAt && p.health === 'unhealthy',
    )
    return !worse || save.before?.phase === 'Baselining'
  },
}
