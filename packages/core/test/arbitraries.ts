import fc from 'fast-check'
import {
  type CheckReadings,
  commands,
  type Policy,
  phases,
  type ReadyTraffic,
  type Refusal,
  type RolloutState,
  type Snapshot,
} from '../src/index.js'
import {
  baseline,
  check,
  command,
  facts,
  failure,
  interval,
  now,
  pods,
  policy,
  ready,
  refusal,
  seconds,
  snapshot,
  state,
  target,
  versions,
} from './builders.js'

/** One situation in which a decision is asked for: sensible or not, it must be survived. */
export interface Situation {
  readonly wanted: Policy | Refusal
  readonly before: RolloutState
  readonly seen: Snapshot
}

const mostly = <const T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.constantFrom(usual, ...rare))
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const percent = fc.integer({ min: 0, max: 100 })

const policies = fc
  .record({
    increment: fc.integer({ min: 1, max: 10 }),
    trafficLimit: mostly(100, 3, 10, 20, 40),
    failures: mostly(1, 2),
    ifUnhealthy: fc.constantFrom('rollback' as const, 'freeze' as const),
    paused: mostly(false, true),
    mode: mostly<'act' | 'observe'>('act', 'observe'),
  })
  .map(policy)

const states = fc
  .record({
    phase: fc.constantFrom(...phases),
    weight: percent,
    from: percent,
    foreign: maybe(fc.record({ weight: percent })),
    origin: fc.constantFrom('Waiting' as const, 'Baselining', 'Progressing', 'Holding'),
    prepared: mostly(true, false),
    rule: policies,
    decidedAgo: fc.constantFrom(1, interval - 1, interval, 5 * interval),
    due: fc.boolean(),
    progressAgo: mostly(seconds(60), seconds(3600)),
  })
  .map(({ phase, weight, from, foreign, origin, prepared, rule, decidedAgo, due, progressAgo }) => {
    const moved = !['Waiting', 'Invalid', 'Baselining', 'RollingBack', 'Promoted', 'RolledBack'].includes(phase)
    const began = phase === 'Paused' && ['Waiting', 'Baselining'].includes(origin)
    const weights = moved && !began ? { weight, from } : {}
    const pause = { Paused: { pause: { from: origin, foreign } }, Frozen: { pause: { from: 'Progressing' } } } as const
    return state(phase, {
      ...weights,
      ...(began ? { weight: 0, from: 0 } : {}),
      ...(phase === 'Paused' || phase === 'Frozen' ? pause[phase] : {}),
      ...(prepared ? {} : { preparedAt: undefined }),
      policy: rule,
      decidedAt: now - decidedAgo,
      nextCheckAt: due ? now : now + 1,
      progressAt: now - progressAgo,
    } as Partial<RolloutState>)
  })

const trafficOf = (before: RolloutState): fc.Arbitrary<Snapshot['traffic']> => {
  const sight: fc.Arbitrary<Partial<ReadyTraffic>> = fc.record({
    weight: fc.constantFrom(before.weight, before.weight, before.from, 0, 35, 100),
    uniform: mostly(true, false),
    versions: mostly(versions, { ...versions, canary: 'v0' }, { production: 'v2', canary: 'v2' }),
    generation: fc.integer({ min: 7, max: 11 }),
    writer: fc.constantFrom({ name: 'birdwatch', self: true }, { name: 'kubectl-edit', self: false }),
  })
  const absent = fc.constantFrom('missing' as const, 'unusable' as const, 'unknown' as const)
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(ready(before)) },
    { weight: 6, arbitrary: sight.map(overrides => ready(before, overrides)) },
    { weight: 1, arbitrary: absent.map(how => ({ state: how, reason: 'the routes were not found' })) },
    { weight: 1, arbitrary: percent.map(weight => ({ state: 'ready' as const, weight })) },
  )
}

const readingsOf = (before: RolloutState): fc.Arbitrary<CheckReadings | undefined> =>
  maybe(
    fc
      .record({
        reading: fc.constantFrom(1.1, 1.2, 9, null, failure()),
        step: mostly(before.step, before.fromStep, before.step - 1),
        startedAt: mostly(now - seconds(1), now - interval - seconds(59)),
        generation: mostly(8, 7),
        make: before.phase === 'Baselining' ? mostly(baseline, check) : mostly(check, baseline),
      })
      .map(({ make, reading, ...overrides }) => make(before, reading, overrides)),
  )

const readinesses = fc
  .record({ canary: mostly(pods(3), pods(2, 3), pods(0, 3)), production: mostly(pods(3), pods(0, 3), pods(5)) })
  .chain(report => mostly('build-1', 'build-2').map(revision => ({ ...report, revision })))

const snapshotsOf = (before: RolloutState): fc.Arbitrary<Snapshot> =>
  fc
    .record({
      traffic: trafficOf(before),
      readings: readingsOf(before),
      readiness: readinesses,
      command: maybe(fc.constantFrom(...commands, 'nonsense').map(name => command(name))),
      deleting: mostly(false, true),
      target: mostly(target, { ...target, canaryVersion: 'v3' }),
      process: fc
        .record({ certain: mostly(true, false), live: fc.boolean(), heldSince: mostly(now - seconds(60), now - 1) })
        .map(facts),
    })
    .map(overrides => snapshot(before, overrides))

export const situations: fc.Arbitrary<Situation> = states.chain(before =>
  fc.record({
    wanted: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Policy | Refusal>(before.policy) },
      { weight: 2, arbitrary: policies },
      { weight: 1, arbitrary: fc.constant(refusal) },
    ),
    before: fc.constant(before),
    seen: snapshotsOf(before),
  }),
)
