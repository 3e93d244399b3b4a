import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Found, SearchOptions } from './search.js'
import type { DeedName, Fault } from './world/choices.js'

/** The worlds that together are one world in which these many faults and deeds, of these kinds, may happen. */
export function parts(faults: number, hands: number, kinds: readonly Fault[], deeds: readonly DeedName[]): Part[] {
  return choose(kinds, faults).flatMap(some =>
    choose(deeds, hands).map(others => ({
      name: [...some, ...others].join(' + ') || 'nothing goes wrong, and nobody steps in',
      options: { faults, hands, scope: { faults: unique(some), deeds: unique(others) } },
    })),
  )
}

export interface Part {
  readonly name: string
  readonly options: Pick<SearchOptions, 'faults' | 'hands' | 'scope' | 'most' | 'until'>
}

/** What one part came to. */
export interface Searched extends Found {
  readonly name: string
  readonly seconds: number
  /** The memory that its search used in the end, bytes. */
  readonly bytes: number
  /** The way to the broken law, in words. */
  readonly told?: string
}

/** Searches the parts on several processors, each in a memory of its own, and tells of each as it ends. */
export async function searchAll(
  all: readonly Part[],
  { workers, until, tell }: { workers: number; until: number; tell: (part: Searched) => void },
): Promise<Searched[]> {
  const left = [...all]
  const found: Searched[] = []
  const work = async () => {
    for (let part = left.shift(); part !== undefined && Date.now() < until; part = left.shift()) {
      const one = await inWorker({ ...part, options: { ...part.options, until } })
      found.push(one)
      tell(one)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  return found
}

function inWorker(part: Part): Promise<Searched> {
  const worker = new Worker(fileURLToPath(new URL('./worker.js', import.meta.url)), {
    workerData: part,
    resourceLimits: { maxOldGenerationSizeMb: 8192, maxYoungGenerationSizeMb: 192 },
  })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject)
  })
}

/** Every way to take `n` of them, the same one several times too, in no order. */
function choose<T>(from: readonly T[], n: number): T[][] {
  if (n === 0) return [[]]
  return from.flatMap((first, i) => choose(from.slice(i), n - 1).map(rest => [first, ...rest]))
}

const unique = <T>(values: readonly T[]): T[] => [...new Set(values)]
