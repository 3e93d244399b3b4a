import { Simulation } from './simulation.js'
import { shrink } from './story/shrink.js'
import type { Story } from './story/story.js'

const run = (story: Story) => new Simulation(story).run()
const fails = async (story: Story) => (await run(story)).violations.length > 0

/** Tells one story again; of one that breaks a law, the shortest that still does. True when every law held. */
export async function replay(story: Story, trace: boolean): Promise<boolean> {
  const { violations, changes, trace: lines } = await run(story)
  if (trace) console.log(lines.join('\n'))
  if (violations.length === 0) console.log(`seed ${story.seed}: every law held at ${changes.length} writes`)
  else if (trace) console.log(violations.join('\n'))
  else await report(story, violations)
  return violations.length === 0
}

/** Prints what is needed to see it again, and the shortest story that still goes wrong. */
async function report(story: Story, violations: readonly string[]): Promise<void> {
  console.log(`\nseed ${story.seed}: ${violations.join('\n  ')}`)
  const smallest = await shrink(story, fails)
  const outcome = await run(smallest)
  console.log(outcome.trace.slice(-150).join('\n'))
  console.log(`laws broken:\n  ${outcome.violations.join('\n  ')}`)
  console.log(`replay: npm run simulate:faults -- --only ${story.seed}\nshrunk: ${JSON.stringify(smallest)}`)
}
