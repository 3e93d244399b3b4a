import { parseArgs } from 'node:util'
import { parts, type Searched, searchAll } from './whole.js'
import { type DeedName, deedNames, faults as everyFault, type Fault } from './world/choices.js'

const { values } = parseArgs({
  options: {
    faults: { type: 'string' },
    hands: { type: 'string' },
    most: { type: 'string' },
    of: { type: 'string' },
    by: { type: 'string' },
    minutes: { type: 'string' },
    workers: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`npm run explore -- [options]

Without --faults and --hands: nothing, one fault, one deed of people, and then one of each together.

  --faults N    exactly so many kinds of faults at most in one story
  --hands N     people step in at most N times
  --of LIST     only these faults: ${everyFault.join(',')}
  --by LIST     only these deeds: ${deedNames.join(',')}
  --most N      end each part after N states
  --minutes N   end after so long, with the states that were looked at until then
  --workers N   parts that are searched at the same time (default 2)`)
  process.exit(0)
}

const kinds = (values.of?.split(',') as Fault[] | undefined) ?? everyFault
const deeds = (values.by?.split(',') as DeedName[] | undefined) ?? deedNames
const asked = values.faults !== undefined || values.hands !== undefined
const depths = asked
  ? [[Number(values.faults ?? 0), Number(values.hands ?? 0)]]
  : [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]
const all = depths
  .flatMap(([faults = 0, hands = 0]) => parts(faults, hands, kinds, deeds))
  .map(part =>
    values.most === undefined ? part : { ...part, options: { ...part.options, most: Number(values.most) } },
  )

const began = Date.now()
const until = values.minutes === undefined ? Number.POSITIVE_INFINITY : began + Number(values.minutes) * 60_000
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
const found = await searchAll(all, { workers: Number(values.workers), until, tell: part => console.log(line(part)) })
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
