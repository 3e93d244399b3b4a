import type { Process } from '../process.js'
import { ref, type World } from '../world.js'
import type { Laws } from './law.js'

/** How long a canary with traffic has been out of the sight of the process that leads. */
export interface Neglect {
  readonly sinceMs: number
}

/** The longest interval with the longest settling time, the longest pause after an outage of the metric, and two deadlines. */
const longestMs = 30_000 + 3000 + 30_000 + 2 * 10_000

export const ofAttention: Laws<Neglect> = {
  'a canary with traffic is measured, whatever can not be saved': ({ sinceMs }) => sinceMs <= longestMs,
}

/** Whether the process is to measure the canary: it knows that the rollout is under way, and what there is to see. */
export function mustMeasure(process: Process, world: World): boolean {
  const { state } = process.runner
  if (!process.alive || process.stalled || state === undefined || 'state' in world.mesh.read(ref)) return false
  const begun = state.pause?.from !== 'Waiting' && state.pause?.from !== 'Baselining'
  return begun && ['Progressing', 'Holding', 'Paused', 'Frozen'].includes(state.phase)
}
