import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  commands,
  createRollout,
  definePolicy,
  errorCatalogue,
  type PolicySpec,
  type RolloutOptions,
  SimulatedClock,
} from '../src/index.js'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const plain = (cell: string) => cell.replaceAll('`', '').trim()
/** The rows of the table under a heading, cell by cell. */
const tableUnder = (heading: string): string[][] => {
  const section = readme.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
  const lines = section.split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line => line.split('|').slice(1, -1).map(plain))
}
const firstColumn = (heading: string) => tableUnder(heading).map(([cell]) => cell)

describe('The README', () => {
  test('lists every error with its meaning, and no other', () => {
    const catalogue = Object.entries(errorCatalogue).map(([code, { retryable, meaning }]) => [
      code,
      retryable ? 'yes' : 'no',
      plain(meaning),
    ])

    expect(tableUnder('Errors')).toEqual(catalogue)
  })

  test('lists every command', () => {
    expect(firstColumn('Commands')).toEqual([...commands])
  })

  test('lists every field of the policy', () => {
    const fields: Record<keyof Required<PolicySpec>, true> = {
      metric: true,
      deviation: true,
      metrics: true,
      direction: true,
      noData: true,
      baselineMetric: true,
      baseline: true,
      provider: true,
      increment: true,
      interval: true,
      ifUnhealthy: true,
      failures: true,
      settle: true,
      trafficLimit: true,
      atLimit: true,
      traffic: true,
      paused: true,
      stuckAfter: true,
      propagation: true,
      mode: true,
    }

    expect(firstColumn('The policy')).toEqual(Object.keys(fields))
  })

  test('gives the defaults that the policy has', () => {
    const defaults = Object.fromEntries(tableUnder('The policy').map(([field, , fallback]) => [field, fallback]))
    const policy = definePolicy({ metric: 'q', deviation: 1, increment: 1, interval: 1, ifUnhealthy: 'freeze' })

    expect(defaults).toMatchObject({
      direction: policy.rules[0]?.direction,
      baseline: policy.rules[0]?.baseline,
      failures: `${policy.failures}`,
      settle: `${policy.settleMs / 1000}`,
      trafficLimit: `${policy.trafficLimit}`,
      paused: `${policy.paused}`,
      stuckAfter: `${policy.stuckAfterMs / 1000}`,
      propagation: `${policy.propagationMs / 1000}`,
      mode: policy.mode,
    })
  })

  test('lists every option of a rollout, the required ones first', () => {
    const options: Record<keyof Required<RolloutOptions>, true> = {
      metrics: true,
      router: true,
      canaryVersion: true,
      notifier: true,
      store: true,
      readiness: true,
      clock: true,
      logger: true,
      target: true,
      name: true,
      service: true,
    }

    expect(firstColumn('The ports')).toEqual(Object.keys(options))
  })
})

describe('The example of the README', () => {
  test('rolls out to the end and tells its story', async () => {
    const clock = new SimulatedClock()
    const story: string[] = []
    const example = /```ts\nimport .*\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''
    const run = new Function('createRollout', 'console', `return (async () => {${example}})()`)
    const simulated: typeof createRollout = (policy, options) => createRollout(policy, { ...options, clock })

    const ended: Promise<void> = run(simulated, { log: (line: string) => story.push(line) })
    await clock.advance(300_000)
    await ended

    expect(story.at(0)).toBe('The rollout of v2 begins; production keeps all traffic until the baseline is taken.')
    expect(story.filter(line => line.startsWith('Canary weight'))).toHaveLength(10)
    expect(story.at(-1)).toMatch(/^v2 is production, after \d+ seconds\.$/)
  })
})
