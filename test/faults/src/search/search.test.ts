import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { search } from './search.js'

/** Lives through worlds of one rollout each, at once; the fifth seed throws, the sixth dies, the seventh hangs. */
const worker = `
  const result = { rollouts: 1, writes: 10, simulatedMs: 1000, faults: [], ends: ['Promoted'], violations: [], cpuMs: 5 }
  process.on('message', seed => {
    if (seed === 5) throw new Error('a world that throws')
    if (seed === 6) process.exit(3)
    if (seed === 7) return
    process.send({ ...result, seed })
  })
`
const interrupted = new AbortController()

afterEach(() => interrupted.abort())

test('a world that throws, dies or hangs is told with its seed, and the search goes on with the next', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'birdwatch-search-')), 'worker.mjs')
  writeFileSync(file, worker)
  const lines: string[] = []

  const { broken, rollouts } = await search({
    rollouts: 9,
    firstSeed: 1,
    workers: 2,
    minutes: 5,
    signal: interrupted.signal,
    print: line => lines.push(line),
    worker: pathToFileURL(file),
    longestWorldMs: 15_000,
  })

  const told = (seed: number) => lines.find(line => line.startsWith(`seed ${seed} `))
  expect(broken.sort()).toEqual([5, 6, 7])
  expect(told(5)).toBe('seed 5 ended its process (1); replay: npm run simulate:faults -- --only 5')
  expect(told(6)).toBe('seed 6 ended its process (3); replay: npm run simulate:faults -- --only 6')
  expect(told(7)).toBe('seed 7 took more than 15 s; replay: npm run simulate:faults -- --only 7')
  expect(rollouts).toBeGreaterThanOrEqual(9)
}, 60_000)
