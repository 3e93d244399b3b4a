import { commandLine, listOf, number, whole } from '../../support/command-line.js'
import { parts, type Searched, searchAll } from './whole.js'
import { type DeedName, deedNames, faults as everyFault, type Fault } from './world/choices.js'

const flags = commandLine('explore', 'Visits every state of a small world in which the real controller runs.')
  .option('--faults <n>', 'exactly so many kinds of faults at most in one story', whole(0))
  .option('--hands <n>', 'people step in at most so many times', whole(0))
  .option('--of <list>', `only these faults: ${everyFault.join(',')}`, listOf(everyFault))
  .option('--by <list>', `only these deeds: ${deedNames.join(',')}`, listOf(deedNames))
  .option('--most <n>', 'end each part after so many states', whole(1))
  .option('--minutes <n>', 'end after so long, with the states that were looked at until then', number(0))
  .option('--workers <n>', 'parts that are searched at the same time', whole(1), 2)
  .addHelpText(
    'after',
    '\nWithout --faults and --hands: nothing, one fault, one deed of people, and then one of each together.',
  )
  .parse()
  .opts<{
    faults?: number
    hands?: number
    of?: Fault[]
    by?: DeedName[]
    most?: number
    minutes?: number
    workers: number
  }>()

const { of: kinds = everyFault, by: deeds = deedNames, most, minutes = Number.POSITIVE_INFINITY } = flags
const asked = flags.faults !== undefined || flags.hands !== undefined
const depths = asked
  ? [[flags.faults ?? 0, flags.hands ?? 0]]
  : [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]
const all = depths
  .flatMap(([faults = 0, hands = 0]) => parts(faults, hands, kinds, deeds))
  .map(part => (most === undefined ? part : { ...part, options: { ...part.options, most } }))

const began = Date.now()
const until = began + minutes * 60_000
const columns = (name: string, states: number | string, steps: number | string, rest: string) =>
  `${name.padEnd(40)} ${String(states).padStart(9)} ${String(steps).padStart(9)}  ${rest}`
const line = ({ name, states, steps, depth, seconds, bytes, complete, broken }: Searched) => {
  const end = broken === undefined ? (complete ? 'all' : 'nearest') : `BROKEN: ${broken.law}`
  return columns(
    name,
    states,
    steps,
    `${depth} deep, ${seconds.toFixed(1)} s, ${(bytes / 2 ** 20).toFixed(0)} MiB, ${end}`,
  )
}

console.log(columns(`${all.length} parts`, 'states', 'steps', ''))
const found = await searchAll(all, { workers: flags.workers, until, tell: part => console.log(line(part)) })
const sum = (of: (part: Searched) => number) => found.reduce((total, part) => total + of(part), 0)
const { user, system } = process.cpuUsage()
const seconds = (user + system) / 1e6
const complete = found.filter(part => part.complete).length
console.log(
  `${sum(part => part.states)} states, ${sum(part => part.steps)} steps, ${((Date.now() - began) / 1000).toFixed(0)} s, ` +
    `${seconds.toFixed(0)} s of processor time, ${Math.round(sum(part => part.states) / seconds)} states a second of it`,
)
const broken = found.find(part => part.broken !== undefined)
if (broken === undefined) {
  console.log(`${complete} of ${all.length} parts were searched to their last state, and no law is broken.`)
} else {
  console.log(`\nBroken: ${broken.broken?.law}. A shortest way there:\n\n${broken.told}`)
  process.exitCode = 1
}
