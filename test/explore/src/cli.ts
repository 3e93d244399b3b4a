import { parseArgs } from 'node:util'
import { type Found, search } from './search.js'
import { tell } from './words.js'
import { type DeedName, deedNames, faults as everyFault, type Fault } from './world/choices.js'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '1' },
    hands: { type: 'string', default: '1' },
    most: { type: 'string' },
    of: { type: 'string' },
    by: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`npm run explore -- [options]

  --faults N    at most N faults in one story (default 1)
  --hands N     people step in at most N times (default 1)
  --most N      end after N states
  --of LIST     only these faults: ${everyFault.join(',')}
  --by LIST     only these deeds: ${deedNames.join(',')}`)
  process.exit(0)
}

const began = Date.now()
const seconds = () => (Date.now() - began) / 1000
const line = ({ states, steps, depth, processes, runs }: Found) =>
  `${seconds().toFixed(0).padStart(6)} s  ${states} states, ${steps} steps, ${depth} deep; ${runs} runs of a process, ${processes} states of one`

const options = {
  faults: Number(values.faults),
  hands: Number(values.hands),
  scope: {
    faults: (values.of?.split(',') as Fault[] | undefined) ?? everyFault,
    deeds: (values.by?.split(',') as DeedName[] | undefined) ?? deedNames,
  },
  ...(values.most === undefined ? {} : { most: Number(values.most) }),
}
const found = await search({ ...options, progress: found => console.log(line(found)) })
console.log(line(found))
console.log(`${Math.round(found.states / seconds())} states a second`)
if (found.broken === undefined) {
  console.log(
    found.complete
      ? 'Every state was looked at, and no law is broken.'
      : 'The search was ended; no law is broken so far.',
  )
} else {
  console.log(`\nBroken: ${found.broken.law}. A shortest way there:\n\n${await tell(found.broken.way, options)}`)
  process.exitCode = 1
}
