import type { Fault } from '@birdwatch/testing'
import fc from 'fast-check'
import { BirdWatchError, commands, type PolicySpec } from '../../src/index.js'
import type { Simulation } from './simulation.js'
import { type Abilities, type Health, ref } from './world.js'

/** One thing that happens in the world of a rollout. */
export type Happening =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'health'; readonly is: Health }
  | { readonly do: 'latency'; readonly queryMs: number; readonly watchMs: number }
  | { readonly do: 'command'; readonly name: string }
  | { readonly do: 'edit'; readonly spec: Partial<PolicySpec> }
  | { readonly do: 'version'; readonly version: string }
  | { readonly do: 'build'; readonly revision: string }
  | { readonly do: 'foreign'; readonly change: { weight?: number; production?: string; canary?: string } }
  | { readonly do: 'unrelated' }
  | { readonly do: 'pods'; readonly of: 'canary' | 'production'; readonly available: number; readonly failed: boolean }
  | { readonly do: 'routes'; readonly are: 'missing' | 'unusable' | 'restored' }
  | { readonly do: 'delete' }
  | { readonly do: 'fault'; readonly on: string; readonly fault: Fault; readonly times: number }
  | { readonly do: 'store'; readonly fault: Fault | undefined }
  | { readonly do: 'crash'; readonly after: number; readonly effect: boolean; readonly downMs: number }
  | { readonly do: 'succeed'; readonly stallMs: number; readonly lingerMs: number }

/** The longest that a change of the mesh takes to reach the caches, milliseconds. */
export const longestWatchMs = 3000

const ms = fc.constantFrom(1, 50, 500, 1000, 3000, 4900, 5000, 9000, 12_000)
const always = <T extends string>(value: T) => fc.constant(value)

const faults: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom('lose', 'drop', 'hang') }),
  fc.record({ kind: always('delay'), ms }),
  fc.record({ kind: always('late'), ms: fc.constantFrom(100, 2000, 5000, 9900) }),
)
const refusal: fc.Arbitrary<Fault> = fc.constant({ kind: 'refuse' })
const writes = fc.constantFrom('shift', 'rollback', 'prepare', 'promote')
const others = fc.constantFrom('save', 'notify', 'observe')
/** A store that takes nothing for as long as that lasts, while everything else works. */
const outages: fc.Arbitrary<Fault | undefined> = fc.constantFrom(
  { kind: 'refuse', error: new BirdWatchError('STORE_REFUSED', 'it takes no saves') },
  { kind: 'hang' },
  { kind: 'delay', ms: 8000 },
  undefined,
)
const times = fc.integer({ min: 1, max: 4 })

const edits: fc.Arbitrary<Partial<PolicySpec>> = fc.oneof(
  fc.record({ trafficLimit: fc.constantFrom(5, 20, 50, 100) }),
  fc.record({ increment: fc.constantFrom(0, 1, 10, 99) }),
  fc.record({ interval: fc.constantFrom(1, 5, 30) }),
  fc.record({ settle: fc.constantFrom(0, 3) }),
  fc.record({ paused: fc.boolean() }),
  fc.record({ failures: fc.constantFrom(1, 2, 3) }),
  fc.record({ ifUnhealthy: fc.constantFrom('freeze', 'rollback') }),
  fc.record({ atLimit: fc.constantFrom('hold', 'promote') }),
  fc.record({ metric: fc.constantFrom('errors', 'latency') }),
  fc.record({ mode: fc.constantFrom('act', 'observe') }),
)

const versions = fc.constantFrom('v1', 'v2', 'v9')
const foreign = fc.oneof(
  fc.record({ weight: fc.constantFrom(0, 5, 10, 20, 70, 100) }),
  fc.record({ canary: versions }),
  fc.record({ production: versions }),
)

const health = fc.constantFrom<Health[]>(
  'healthy',
  'healthy',
  'unhealthy',
  'unhealthy',
  'no data',
  'outage',
  'several series',
  'silent',
)

const weighted: { weight: number; arbitrary: fc.Arbitrary<Happening> }[] = [
  { weight: 20, arbitrary: fc.record({ do: always('wait'), ms }) },
  { weight: 4, arbitrary: fc.record({ do: always('wait'), ms: fc.constantFrom(15_000, 30_000, 60_000) }) },
  { weight: 4, arbitrary: fc.record({ do: always('health'), is: health }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: always('latency'),
      queryMs: fc.constantFrom(0, 100, 4000),
      watchMs: fc.constantFrom(0, 100, longestWatchMs),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: always('command'), name: fc.constantFrom(...commands, 'dance') }) },
  { weight: 3, arbitrary: fc.record({ do: always('edit'), spec: edits }) },
  { weight: 1, arbitrary: fc.record({ do: always('version'), version: fc.constantFrom('v2', 'v3') }) },
  { weight: 1, arbitrary: fc.record({ do: always('build'), revision: fc.constantFrom('build-1', 'build-2') }) },
  { weight: 2, arbitrary: fc.record({ do: always('foreign'), change: foreign }) },
  { weight: 1, arbitrary: fc.record({ do: always('unrelated') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: always('pods'),
      of: fc.constantFrom('canary', 'production'),
      available: fc.constantFrom(0, 1, 2),
      failed: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: always('routes'), are: fc.constantFrom('missing', 'unusable', 'restored') }),
  },
  { weight: 1, arbitrary: fc.record({ do: always('delete') }) },
  { weight: 4, arbitrary: fc.record({ do: always('fault'), on: others, fault: faults, times }) },
  { weight: 5, arbitrary: fc.record({ do: always('fault'), on: writes, fault: fc.oneof(faults, refusal), times }) },
  { weight: 3, arbitrary: fc.record({ do: always('store'), fault: outages }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: always('crash'),
      after: fc.integer({ min: 0, max: 12 }),
      effect: fc.boolean(),
      downMs: fc.constantFrom(0, 1000, 7000, 20_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: always('succeed'), stallMs: fc.constantFrom(0, 1000, 8000, 30_000), lingerMs: ms }),
  },
]

const measured = fc.constantFrom<Partial<PolicySpec>>(
  {},
  { baselineMetric: 'production errors', baseline: 'each_check' },
  { traffic: { metric: 'requests', atLeast: 1 } },
)
const paced = fc.record<Partial<PolicySpec>>({
  interval: fc.constantFrom(5, 30),
  ifUnhealthy: fc.constantFrom('freeze', 'rollback'),
  failures: fc.constantFrom(1, 2),
  trafficLimit: fc.constantFrom(100, 30),
  settle: fc.constantFrom(0, 2),
})

/** The policy at the beginning, the router, and what happens then. */
export const stories = fc.record({
  spec: fc.tuple(paced, measured).map(([pace, metrics]) => ({ ...pace, ...metrics })),
  router: fc.constantFrom<Abilities>({}, {}, {}, { simple: true }, { units: 7 }),
  happenings: fc.array(fc.oneof(...weighted), { minLength: 1, maxLength: 30, size: 'max' }),
})

/** Lets one thing happen, and what follows from it at once. */
export async function happen(simulation: Simulation, happening: Happening): Promise<void> {
  const { world, leader } = simulation
  if (happening.do === 'wait') return simulation.advance(happening.ms)
  world.log('-', JSON.stringify(happening))
  switch (happening.do) {
    case 'health':
      world.health = happening.is
      break
    case 'latency':
      world.queryMs = happening.queryMs
      world.watchMs = happening.watchMs
      break
    case 'command':
      world.request(happening.name)
      break
    case 'edit':
      world.spec = { ...world.spec, ...happening.spec }
      break
    case 'version':
      world.version = happening.version
      break
    case 'build':
      world.revision = happening.revision
      break
    case 'foreign':
      if (!('state' in world.mesh.read(ref))) world.mesh.write(ref, 'somebody', happening.change)
      break
    case 'unrelated':
      world.unrelated++
      break
    case 'pods': {
      const { available, failed } = happening
      const version = happening.of === 'canary' ? world.version : (world.production ?? 'v1')
      world.setPods(version, { available, desired: 2, ...(failed && { failed }) })
      break
    }
    case 'routes':
      if (happening.are !== 'restored')
        world.mesh.remove(ref, { state: happening.are, reason: `the routes are ${happening.are}` })
      else if ('state' in world.mesh.read(ref)) world.mesh.restore(ref)
      break
    case 'delete':
      world.deleting = true
      break
    case 'fault':
      world.fault(happening.on, happening.fault, happening.times)
      break
    case 'store':
      world.outage = happening.fault
      break
    case 'crash':
      simulation.crashAt(happening.after, happening.effect, happening.downMs)
      break
    case 'succeed':
      simulation.succeed(happening.stallMs, happening.lingerMs)
      break
  }
  leader.wake()
  await simulation.advance(0)
}
