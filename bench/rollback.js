import { Simulation } from '@birdwatch/test-faults/dist/simulation.js'
import { aborts, moments, spec, verdicts } from '@birdwatch/test-faults/dist/story/rollbacks.js'
import { rounded } from './time.js'

export const title =
  'How long weight 0 takes while something is in its way (the whole controller in a simulated world: waits, no processor time)'

const seeds = [1, 2, 3, 4, 5]

/** The median over other latencies of the world, in milliseconds since weight 0 could be decided. */
async function delayOf(story, sinceRaisedMs) {
  const delays = []
  for (const seed of seeds) {
    const { changes, violations } = await new Simulation({ ...story, seed }).run()
    if (violations.length > 0) throw new Error(violations.join('\n'))
    const { raised, back } = moments(changes)
    delays.push(back - raised - sinceRaisedMs)
  }
  return delays.sort((a, b) => a - b)[Math.floor(delays.length / 2)]
}

async function compared(what, stories, sinceRaisedMs = 0) {
  const rows = []
  for (const [hindrance, story] of Object.entries(stories)) {
    const ms = await delayOf(story, sinceRaisedMs)
    const { ms: undisturbed } = rows[0] ?? { ms }
    rows.push({ 'weight 0 after': what, while: hindrance, ms, ratio: rounded(ms / undisturbed) })
  }
  return rows
}

export async function measure() {
  return [
    ...(await compared('an abort', aborts)),
    ...(await compared('the check of a sick canary', verdicts, spec.interval * 1000)),
  ]
}
