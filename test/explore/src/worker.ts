import { parentPort, workerData } from 'node:worker_threads'
import { search } from './search.js'
import type { Part, Searched } from './whole.js'
import { tell } from './words.js'

/** One part of a search on a processor of its own. */
const { name, options } = workerData as Part
const began = Date.now()
const found = await search({
  ...options,
  progress: ({ states, depth }) => {
    if (states > 1) console.log(`  ${name}: ${states} states so far, ${depth} deep`)
  },
})
const told = found.broken && (await tell(found.broken.way, options))
const searched: Searched = {
  ...found,
  name,
  seconds: (Date.now() - began) / 1000,
  bytes: process.memoryUsage().heapUsed,
  ...(told === undefined ? {} : { told }),
}
parentPort?.postMessage(searched)
