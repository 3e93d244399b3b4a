import { birdWatchOf, inProgress, labelsOf, trafficOf } from './facts.js'
import { intervalMs, type World } from './world.js'

/** One request that took effect: the world before and after, and what its sender called it. */
export interface Landing {
  readonly before: World
  readonly after: World
  readonly what: string
}

const engine = (world: World) => birdWatchOf(world.bw).engine
const weight = (world: World) => trafficOf(world.vs).weight
const rises = ({ before, after }: Landing) => weight(after) > weight(before)
const moves = ({ before, after }: Landing) => before.vs !== after.vs || before.dr !== after.dr
/** Both subsets select the same pods: no weight between them is wrong. */
const same = ({ dr }: World) => labelsOf(dr).production === labelsOf(dr).canary
const saves = ({ before, after }: Landing) =>
  engine(before)?.rev !== engine(after)?.rev || engine(before)?.phase !== engine(after)?.phase

/** A command that this save has accepted. */
const accepted = ({ before, after }: Landing) => {
  const [known, last] = [engine(before)?.lastCommand, engine(after)?.lastCommand]
  return last !== undefined && last.refused === undefined && last.id !== known?.id ? last.name : undefined
}

/** Sentences that hold of everything that takes effect. */
export const laws: Readonly<Record<string, (landing: Landing) => boolean>> = {
  'no weight rises where none is wanted': landing =>
    !rises(landing) ||
    same(landing.after) ||
    (inProgress(engine(landing.before)?.phase) && engine(landing.before)?.phase !== 'Baselining'),

  'no weight is written over what people have set': landing =>
    !moves(landing) ||
    !landing.before.held ||
    landing.what === 'rollback' ||
    ['Promoting', 'RollingBack', 'Baselining'].includes(engine(landing.before)?.phase ?? ''),

  'a rollout that was brought back to 0 rises no more': landing =>
    !rises(landing) || same(landing.after) || landing.before.ended !== engine(landing.before)?.number,

  'nobody is said to have changed the traffic who has not': ({ after }) => {
    const { pause, drift } = engine(after) ?? {}
    return after.touched || (pause?.foreign === undefined && drift === undefined)
  },

  'at most one increment in an interval': landing =>
    !rises(landing) || weight(landing.before) === 0 || landing.before.weightAge >= intervalMs,

  'the canary is relabelled at weight 0 only': ({ before, after }) =>
    labelsOf(before.dr).canary === labelsOf(after.dr).canary || weight(before) === 0 || trafficOf(before.vs).byPeople,

  'production is relabelled by a promotion only': ({ before, after }) =>
    labelsOf(before.dr).production === labelsOf(after.dr).production ||
    ['Promoting', 'Promoted'].includes(engine(before)?.phase ?? ''),

  'a rollout counts as rolled back when the canary has nothing': landing => {
    const { before, after } = landing
    const [from, to] = [engine(before), engine(after)]
    if (!saves(landing) || from?.phase !== 'RollingBack' || to?.phase === 'RollingBack' || to?.phase === 'Frozen')
      return true
    return weight(after) === 0 || trafficOf(after.vs).byPeople
  },

  'what is promoted has all the traffic': landing => {
    const { before, after } = landing
    if (!saves(landing) || engine(before)?.phase !== 'Promoting' || engine(after)?.phase !== 'Promoted') return true
    const moved = labelsOf(after.dr).production === engine(after)?.target.canaryVersion
    return (moved && weight(after) === 0) || trafficOf(after.vs).byPeople || after.held
  },

  'what waits for a person goes on when a person says so': landing => {
    const { before, after } = landing
    const waited = engine(before)?.phase === 'Paused' || engine(before)?.phase === 'Frozen'
    const goesOn = ['Progressing', 'Holding', 'Promoting', 'Baselining'].includes(engine(after)?.phase ?? '')
    if (!saves(landing) || !waited || !goesOn) return true
    const unlocked = engine(before)?.pause?.lock === true && engine(after)?.policy.paused === false
    return accepted(landing) !== undefined || unlocked
  },

  'rev rises by one with every save': landing => {
    const [from, to] = [engine(landing.before), engine(landing.after)]
    return (
      to === undefined || to === from || JSON.stringify(to) === JSON.stringify(from) || to.rev === (from?.rev ?? 0) + 1
    )
  },

  'step never falls, and stands for one weight': landing => {
    const [from, to] = [engine(landing.before), engine(landing.after)]
    if (from === undefined || to === undefined || !saves(landing)) return true
    return to.step > from.step || (to.step === from.step && to.weight === from.weight)
  },

  'no raise goes beyond the limit': landing => {
    const [from, to] = [engine(landing.before), engine(landing.after)]
    if (to === undefined || !saves(landing) || to.weight <= (from?.weight ?? 0) || to.reason.code !== 'raised')
      return true
    return to.weight <= to.policy.trafficLimit
  },

  'the finalizer stays while a rollout is in progress': ({ before, after }) =>
    birdWatchOf(after.bw).finalizers >= birdWatchOf(before.bw).finalizers || !inProgress(engine(before)?.phase),

  'a rollout that is deleted leaves no traffic with the canary': ({ before, after }) =>
    after.bw !== 0 ||
    before.bw === 0 ||
    weight(after) === 0 ||
    same(after) ||
    trafficOf(after.vs).byPeople ||
    engine(before)?.reason.code === 'left_as_is',
}

export const brokenBy = (landing: Landing): string[] => Object.keys(laws).filter(sentence => !laws[sentence]?.(landing))
