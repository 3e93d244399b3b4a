import type { Process } from '../process.js'
import { us, type World } from '../world.js'
import { type Laws, observes } from './law.js'

/** One write as a process sends it, e.g. `shift 20`. */
export interface Call {
  readonly world: World
  readonly process: Process
  readonly what: string
}

const lifetimeMs = 10_000
const kindOf = ({ what }: Call) => what.split(' ')[0]
/** The weight that a write asks for, if it is about one. */
const asked = (call: Call) =>
  kindOf(call) === 'rollback' ? 0 : kindOf(call) === 'shift' ? Number(call.what.split(' ')[1]) : undefined

export const ofCalls: Laws<Call> = {
  'hands off while somebody else has the traffic': ({ process: { runner } }) =>
    runner.state?.phase !== 'Paused' || runner.state.pause?.foreign === undefined,

  'who only observes writes nothing': ({ process: { runner } }) =>
    runner.state === undefined || !observes(runner.state) || ['RollingBack', 'Promoting'].includes(runner.state.phase),

  'every write but weight 0 was saved before': call => {
    const { saved, runner } = call.process
    switch (kindOf(call)) {
      case 'rollback':
        return runner.state?.phase === 'RollingBack'
      case 'prepare':
        return saved?.phase === 'Baselining'
      case 'promote':
        return saved?.phase === 'Promoting'
      default:
        return saved?.weight === asked(call)
    }
  },

  'what fails is not repeated all the time': ({ world, process, what }) => {
    const own = world.events.filter(event => event.who === process.name)
    const begun = own.findLastIndex(event => event.what.startsWith('begins'))
    const lately = own.slice(begun).filter(event => event.at > world.elapsed - 1000)
    return lately.filter(event => event.what === what).length < 6
  },

  // Somebody else's weight may be on its way to the caches, or cross a request of ours that is under way.
  'the canary is relabelled at weight 0 only': ({ world, what }) =>
    !what.startsWith('prepare') ||
    world.weight === 0 ||
    (world.weightBy !== us && world.now <= world.weightSince + lifetimeMs),

  'nothing moves to an empty production but by a person': call => {
    const { world, process } = call
    const weight = asked(call)
    const { productionEmptySince: since } = world
    if (since === undefined || weight === undefined || world.mesh.toUnits(weight) >= world.weight) return true
    const late = kindOf(call) === 'rollback' ? world.watchMs : lifetimeMs
    // A rollback waits for nobody, also not for routes that can not be read: it rests on what they showed last.
    const { production, blind } = process.sight
    if (kindOf(call) === 'rollback' && blind && production !== world.production) return true
    return process.runner.state?.reason.code === 'aborted' || world.now <= since + late
  },
}
