import { parseArgs } from 'node:util'
import { replay } from './replay.js'
import { search } from './search/search.js'
import type { Story } from './story/story.js'
import { tell } from './story/tell.js'

const usage = `npm run simulate:faults -- [options]

  --rollouts N    so many rollouts at least (2000)
  --seed N        the first seed (1)
  --workers N     so many processes at the same time (1)
  --minutes N     begin nothing new after so many minutes
  --only SEED     the story of one seed, shrunk when it breaks a law
  --story JSON    a story as it was shrunk
  --trace         with --only or --story: print all that happens, and shrink nothing`

const { values } = parseArgs({
  options: {
    rollouts: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    minutes: { type: 'string', default: 'Infinity' },
    only: { type: 'string' },
    story: { type: 'string' },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

async function searched(): Promise<boolean> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const { broken } = await search({
    rollouts: Number(values.rollouts),
    firstSeed: Number(values.seed),
    workers: Number(values.workers),
    minutes: Number(values.minutes),
    signal: interrupted.signal,
    print: console.log,
  })
  return broken.length === 0
}

if (values.help) console.log(usage)
else {
  const { story, only, trace } = values
  const told = story !== undefined ? (JSON.parse(story) as Story) : only === undefined ? undefined : tell(Number(only))
  if (!(await (told === undefined ? searched() : replay(told, trace)))) process.exitCode = 1
}
