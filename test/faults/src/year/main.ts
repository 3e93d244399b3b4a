import { commandLine, whole } from '../../../support/command-line.js'
import { Year } from './year.js'

const { rollouts } = commandLine(
  'year',
  'Counts what a controller keeps of rollouts that come, are treated badly, and go.',
)
  .option('--rollouts <n>', 'so many rollouts, twenty at a time; a hundred at least', whole(100), 300)
  .parse()
  .opts<{ rollouts: number }>()
/** What chance makes of caches, buffers and the code itself. */
const allowed = { objects: 1.003, heapMiB: 1.05, series: 1.1 }

const year = new Year()
const found: Record<keyof typeof allowed, number>[] = []
const grown: string[] = []
while (year.rollouts < rollouts) {
  await year.season(20)
  await year.rest()
  const { runners, objects, series, ofRollouts } = await year.memory()
  const heapMiB = Number((process.memoryUsage().heapUsed / 2 ** 20).toFixed(1))
  found.push({ objects, heapMiB, series })
  console.log(`${year.rollouts} rollouts: ${objects} objects, ${heapMiB} MiB, ${series} series`)
  if (runners > 0 || ofRollouts.length > 0) grown.push(`${runners} runners left, and ${ofRollouts.join(', ')}`)
}
// The first forty rollouts meet most codes and phases for the first time.
const [early, late] = [found[2], found.at(-1)]
for (const what of ['objects', 'heapMiB', 'series'] as const) {
  const [before, after] = [early?.[what] ?? 0, late?.[what] ?? 0]
  if (after > before * allowed[what]) grown.push(`${what} grew from ${before} after 60 rollouts to ${after}`)
}
console.log([...grown, ...year.errors].join('\n') || 'flat: objects, memory and series')
if (grown.length + year.errors.length > 0) process.exitCode = 1
