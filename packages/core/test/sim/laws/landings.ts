import type { RouteRecord } from '@birdwatch/testing'
import type { RolloutState } from '../../../src/index.js'
import { us, type World } from '../world.js'
import type { Laws } from './law.js'

/** One change of the mesh by us, whenever it was sent. */
export interface Landing {
  readonly world: World
  readonly record: RouteRecord
  /** How long ago the last increment landed, milliseconds. */
  readonly sinceIncrement: number
  /** The highest weight that we gave it since it was 0. */
  readonly reached: number
}

const atRest = ['Waiting', 'Invalid', 'Baselining', 'Promoted', 'RolledBack']
const rises = ({ record: { before, after } }: Landing) => after.units > before.units
/** The decision that a weight follows from. */
const decision = ({ world, record }: Landing): RolloutState | undefined =>
  world.store.saves.findLast(({ weight }) => world.mesh.toUnits(weight) === record.after.units)

export const ofLandings: Laws<Landing> = {
  'every weight was decided, within the limit of its time': landing => {
    const { trafficLimit = 0 } = decision(landing)?.policy ?? {}
    return !rises(landing) || landing.record.after.units <= landing.world.mesh.toUnits(trafficLimit)
  },

  'no weight rises where none is wanted': landing => {
    const { world, record } = landing
    // Both destinations serve the version that was promoted: no weight between them is wrong.
    const same = world.state?.phase === 'Promoted' && record.after.production === record.after.canary
    return !rises(landing) || same || (world.state !== undefined && !atRest.includes(world.state.phase))
  },

  'at most one increment in an interval': landing => {
    const { record, reached, sinceIncrement } = landing
    return record.after.units <= reached || sinceIncrement >= (decision(landing)?.policy.intervalMs ?? 0)
  },

  // Somebody else's weight may cross a request of ours that is under way.
  'the canary is relabelled at weight 0 only': ({ world, record: { before, after } }) =>
    before.canary === after.canary || before.units === 0 || world.weightBy !== us,

  'production is relabelled by a promotion only': ({ world, record: { before, after } }) => {
    const made = ({ undoing, target }: RolloutState) => undoing ?? target.canaryVersion
    const promoted = world.store.saves.some(s => s.phase === 'Promoting' && made(s) === after.production)
    return before.production === after.production || promoted
  },
}
