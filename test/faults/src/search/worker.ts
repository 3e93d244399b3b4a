import { Simulation } from '../simulation.js'
import { tell } from '../story/tell.js'
import { resultOf, type WorldResult } from './tally.js'

/** Lives through the story of each seed that it is sent, and tells what it came to. It ends when nobody listens any more. */
async function live(seed: number): Promise<WorldResult> {
  const outcome = await new Simulation(tell(seed), false).run()
  const { user, system } = process.cpuUsage()
  return resultOf(tell(seed), outcome, (user + system) / 1000)
}

process.on('message', seed => void live(seed as number).then(result => process.send?.(result)))
// Whoever started it decides when it ends: what is under way is finished first.
process.on('SIGINT', () => {})
