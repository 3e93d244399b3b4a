import { expect, test } from 'vitest'
import { compile } from './support/compile.js'

/** What beginners write: a plugin with one mistake. The error has to name what is wrong at once. */
const mistakes: Record<string, { code: string; names: RegExp }> = {
  'a kind that there is not': {
    code: "definePlugin({ kind: 'metrics', name: 'x', apiVersion: 1, create: () => provider })",
    names: /"metrics".*"metric-provider"/,
  },
  'no name': {
    code: "definePlugin({ kind: 'metric-provider', apiVersion: 1, create: () => provider })",
    names: /Property 'name' is missing/,
  },
  'a version of the contract that there is not': {
    code: "definePlugin({ kind: 'metric-provider', name: 'x', apiVersion: 2, create: () => provider })",
    names: /Type '2' is not assignable to type '1'/,
  },
  'a port without its contract': {
    code: "const made: MetricProvider = { query: async () => ({ value: 1 }) }; definePlugin({ kind: 'metric-provider', name: 'x', apiVersion: 1, create: () => made })",
    names: /'contract'/,
  },
  'a number where a sample is needed': {
    code: 'const made: MetricProvider = { contract: 1, query: async () => 1 }',
    names: /Type '.*number.*' is not assignable to type '.*Sample.*'/,
  },
  'no data told as undefined': {
    code: 'const made: MetricProvider = { contract: 1, query: async () => ({ value: undefined }) }',
    names: /Type '.*undefined.*' is not assignable to type '.*(Sample|number \| null).*'/,
  },
  'a router that can not roll back': {
    code: "const made: TrafficRouter = { contract: 1, observe: async () => ({ state: 'ready', weight: 1 }), prepare: async () => {}, shift: async () => {}, promote: async () => {} }",
    names: /'rollback'/,
  },
  'an error with a code of its own': {
    code: "new BirdWatchError('METRIC_BROKEN', 'it is broken')",
    names: /'"METRIC_BROKEN"' is not assignable to parameter of type '.*METRIC_/,
  },
  'an option that the schema does not know': {
    code: "const plugin = definePlugin({ kind: 'metric-provider', name: 'x', apiVersion: 1, options: z.strictObject({ url: z.string() }), create: ({ uri }) => provider })",
    names: /'uri'/,
  },
  'a policy with a misspelt field': {
    code: "const policy: PolicySpec = { metric: 'm', deviation: 1, incremant: 1, interval: 1, ifUnhealthy: 'freeze' }",
    names: /'incremant'/,
  },
  'a rollout without a router': {
    code: "createRollout({ metric: 'm', deviation: 1, increment: 1, interval: 1, ifUnhealthy: 'freeze' }, { metrics: provider, canaryVersion: 'v2' })",
    names: /Property 'router' is missing/,
  },
}

const head = `import { BirdWatchError, createRollout, definePlugin, type MetricProvider, type PolicySpec, type TrafficRouter } from '@birdwatch/core'
import { z } from 'zod'
declare const provider: MetricProvider
`
const entries = Object.entries(mistakes)
const pathOf = (i: number) => `packages/controller/test/beginner-${i}.ts`
const found = compile(Object.fromEntries(entries.map(([, { code }], i) => [pathOf(i), head + code])))

test.each(entries.map(([mistake, { names }], i) => ({ mistake, names, path: pathOf(i) })))(
  'Of $mistake, the compiler says at once what it is',
  ({ names, path }) => {
    // Of what is missing, TypeScript says in the second line what it is; of all else, in the first.
    expect(found[path]?.[0]?.split('\n').slice(0, 2).join(' ')).toMatch(names)
  },
)
