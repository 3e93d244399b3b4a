import { commandLine, InvalidArgumentError, number, whole } from '../../support/command-line.js'
import { replay } from './replay.js'
import { search } from './search/search.js'
import type { Story } from './story/story.js'
import { tell } from './story/tell.js'

const flags = commandLine('simulate:faults', 'Lets the whole controller live through seeded faults.')
  .option('--rollouts <n>', 'so many rollouts at least', whole(1), 2000)
  .option('--seed <n>', 'the first seed', whole(0), 1)
  .option('--workers <n>', 'so many processes at the same time', whole(1), 1)
  .option('--minutes <n>', 'begin nothing new after so many minutes', number(0))
  .option('--only <seed>', 'the story of one seed, shrunk when it breaks a law', whole(0))
  .option('--story <json>', 'a story as it was shrunk', parsed)
  .option('--trace', 'with --only or --story: print all that happens, and shrink nothing')
  .parse()
  .opts<{
    rollouts: number
    seed: number
    workers: number
    minutes?: number
    only?: number
    story?: Story
    trace?: boolean
  }>()

function parsed(text: string): Story {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be the JSON that was printed after "shrunk:".')
  }
}

async function searched(): Promise<boolean> {
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  const { rollouts, seed: firstSeed, workers, minutes = Number.POSITIVE_INFINITY } = flags
  const { signal } = interrupted
  const { broken } = await search({ rollouts, firstSeed, workers, minutes, signal, print: console.log })
  return broken.length === 0
}

const { only, story = only === undefined ? undefined : tell(only), trace = false } = flags
if (!(await (story === undefined ? searched() : replay(story, trace)))) process.exitCode = 1
