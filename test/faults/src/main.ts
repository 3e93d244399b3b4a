import { parseArgs } from 'node:util'
import { Simulation } from './simulation.js'
import { shrink } from './story/shrink.js'
import type { Story } from './story/story.js'
import { tell } from './story/tell.js'

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    story: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})

const run = (story: Story) => new Simulation(story).run()
const fails = async (story: Story) => (await run(story)).violations.length > 0

/** Prints what is needed to see it again, and the shortest story that still goes wrong. */
async function report(story: Story, violations: readonly string[]): Promise<void> {
  console.log(`\nseed ${story.seed}: ${violations.join('\n  ')}`)
  const smallest = await shrink(story, fails)
  const outcome = await run(smallest)
  console.log(outcome.trace.slice(-150).join('\n'))
  console.log(`laws broken:\n  ${outcome.violations.join('\n  ')}`)
  console.log(`replay: npm run simulate:faults -- --only ${story.seed}\nshrunk: ${JSON.stringify(smallest)}`)
}

async function one(story: Story): Promise<void> {
  const outcome = await run(story)
  if (values.trace) console.log(outcome.trace.join('\n'))
  if (outcome.violations.length > 0) {
    process.exitCode = 1
    if (values.trace) console.log(outcome.violations.join('\n'))
    else await report(story, outcome.violations)
  } else console.log(`seed ${story.seed}: every law held at ${outcome.changes.length} writes`)
}

async function many(rollouts: number, firstSeed: number): Promise<void> {
  const began = performance.now()
  let [done, writes, simulatedMs, failed, seed] = [0, 0, 0, 0, firstSeed]
  for (; done < rollouts && failed < 5; seed++) {
    const story = tell(seed)
    const outcome = await run(story)
    done += story.rollouts.length
    writes += outcome.changes.length
    simulatedMs += outcome.simulatedMs
    if (seed % 500 === 0)
      console.log(`... seed ${seed}, ${done} rollouts, ${Math.round((performance.now() - began) / 1000)} s`)
    if (outcome.violations.length === 0) continue
    failed++
    await report(story, outcome.violations)
  }
  const seconds = (performance.now() - began) / 1000
  console.log(
    `${done} rollouts in ${seed - firstSeed} worlds (seeds ${firstSeed} to ${seed - 1}), ${writes} writes judged, ` +
      `${(simulatedMs / 3_600_000).toFixed(1)} simulated hours in ${seconds.toFixed(1)} s: ${(done / seconds).toFixed(1)} rollouts/s; ${failed} failed`,
  )
  if (failed > 0) process.exitCode = 1
}

if (values.story !== undefined) await one(JSON.parse(values.story) as Story)
else if (values.only !== undefined) await one(tell(Number(values.only)))
else await many(Number(values.rollouts), Number(values.seed))
