import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
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
/** Dies before it has lived through anything. */
const deadWorker = 'process.exit(3)'

async function searched(code: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'birdwatch-search-')), 'worker.mjs')
  writeFileSync(file, code)
  const interrupted = new AbortController()
  onTestFinished(() => interrupted.abort())
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
  return { broken, rollouts, lines }
}

test('a world that throws, dies or hangs is told with its seed, and the search goes on with the next', async () => {
  const { broken, rollouts, lines } = await searched(worker)

  const told = (seed: number) => lines.find(line => line.startsWith(`seed ${seed} `))
  expect(broken.sort()).toEqual([5, 6, 7])
  expect(told(5)).toBe('seed 5 ended its process (1); replay: npm run simulate:faults -- --only 5')
  expect(told(6)).toBe('seed 6 ended its process (3); replay: npm run simulate:faults -- --only 6')
  expect(told(7)).toBe('seed 7 took more than 15 s; replay: npm run simulate:faults -- --only 7')
  expect(rollouts).toBeGreaterThanOrEqual(9)
}, 60_000)

test('a search whose every process dies gives up after ten of them, and says so', async () => {
  const { broken, lines } = await searched(deadWorker)

  expect(broken.sort((a, b) => a - b).slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(broken.length).toBeLessThanOrEqual(11)
  expect(lines.at(-1)).toMatch(/^given up: 1[01] worlds in a row were lost/)
}, 60_000)
