import {
  type CheckReadings,
  type Command,
  type Decision,
  decide,
  definePolicy,
  type Effect,
  initialState,
  type Phase,
  type Policy,
  type PolicySpec,
  type ProcessFacts,
  type Reading,
  type ReadyTraffic,
  type ReasonCode,
  type Refusal,
  type RolloutState,
  type RolloutTarget,
  type Snapshot,
} from '../src/index.js'

/** The moment at which every test decides, epoch milliseconds. */
export const now = 1_700_000_000_000
export const seconds = (n: number): number => n * 1000
/** The check interval and the increment of every test that does not say otherwise. */
export const interval = seconds(10)
export const increment = 5

/** One metric, `errors`, that may deviate by 0.5. */
export const policy = (spec: Partial<PolicySpec> = {}): Policy =>
  definePolicy({
    metrics: [{ name: 'errors', metric: 'errors()', deviation: 0.5 }],
    increment,
    interval: 10,
    ifUnhealthy: 'rollback',
    ...spec,
  })

export const refusal: Refusal = {
  refused: { code: 'invalid', field: 'increment', detail: 'it is 11; it must be a whole number from 1 to 10' },
}

export const target: RolloutTarget = { name: 'default/aleph', service: 'aleph', canaryVersion: 'v2', ref: 'aleph' }
export const versions = { production: 'v1', canary: 'v2' }
export const promotedVersions = { production: 'v2', canary: 'v2' }

const begun = {
  step: 5,
  fromStep: 4,
  revision: 'build-1',
  productionVersion: 'v1',
  startedAt: now - seconds(600),
  preparedAt: now - seconds(590),
  generation: 7,
  decidedAt: now - seconds(60),
  nextCheckAt: now + seconds(5),
} as const

const measured = {
  metrics: { errors: { name: 'errors', allowed: 0.5, baseline: 1, reading: 1.1, verdict: 'healthy', memory: true } },
} as const

/** What a rollout typically remembers in each phase. */
const typical: Readonly<Record<Phase, Partial<RolloutState>>> = {
  Waiting: {},
  Invalid: { reason: { code: 'invalid', detail: 'no route lists both destinations' } },
  Baselining: { ...begun, reason: { code: 'measuring_baseline', version: 'v2' } },
  Progressing: {
    ...begun,
    ...measured,
    weight: 20,
    from: 15,
    reason: { code: 'check_passed', weight: 20, metrics: [] },
  },
  Holding: { ...begun, ...measured, weight: 40, from: 35, reason: { code: 'holding_at_limit', weight: 40, limit: 40 } },
  Paused: {
    ...begun,
    ...measured,
    weight: 20,
    from: 15,
    pause: { from: 'Progressing' },
    reason: { code: 'paused', weight: 20 },
  },
  Frozen: {
    ...begun,
    ...measured,
    weight: 20,
    from: 15,
    pause: { from: 'Progressing' },
    reason: { code: 'unhealthy', metric: 'errors', allowed: 0.5, action: 'freeze', weight: 20, version: 'v2' },
  },
  Promoting: {
    ...begun,
    ...measured,
    weight: 100,
    from: 95,
    reason: { code: 'promoting', cause: 'passed', weight: 100, version: 'v2' },
  },
  RollingBack: { ...begun, ...measured, weight: 0, from: 20, reason: { code: 'aborted', weight: 20 } },
  Promoted: {
    ...begun,
    ...measured,
    weight: 0,
    from: 0,
    endedAt: now - seconds(5),
    reason: { code: 'promoted', version: 'v2' },
  },
  RolledBack: {
    ...begun,
    ...measured,
    weight: 0,
    from: 0,
    endedAt: now - seconds(5),
    reason: { code: 'rolled_back', version: 'v2', because: 'Aborted.' },
  },
}

/** A rollout in this phase, a minute after its last step, with nothing wrong and no check due. */
export const state = (phase: Phase, overrides: Partial<RolloutState> = {}): RolloutState => ({
  ...initialState('uid', policy(), target, now - seconds(600)),
  rev: 3,
  phase,
  since: now - seconds(60),
  progressAt: now - seconds(60),
  ...typical[phase],
  ...overrides,
})

/** What is seen in each phase, where it is not simply what the rollout wants. */
const sights: Partial<Record<Phase, (before: RolloutState) => Partial<ReadyTraffic>>> = {
  Invalid: () => ({ problem: 'the route lists only one of the two destinations' }),
  RollingBack: ({ from }) => ({ weight: from }),
  Promoted: () => ({ versions: promotedVersions }),
}

/** Traffic as the rollout wants it, last written by this router; while it rolls back, as it was before. */
export const ready = (before: RolloutState, overrides: Partial<ReadyTraffic> = {}): ReadyTraffic => ({
  state: 'ready',
  weight: before.weight,
  versions: { ...versions, canary: before.target.canaryVersion },
  generation: 8,
  writer: { name: 'birdwatch', self: true },
  token: 'rv-8',
  ...sights[before.phase]?.(before),
  ...overrides,
})

/** Traffic whose last writer is somebody else. */
export const foreign = (before: RolloutState, overrides: Partial<ReadyTraffic> = {}): ReadyTraffic =>
  ready(before, { writer: { name: 'kubectl-edit', self: false }, generation: 9, ...overrides })

export const pods = (available: number, desired = available) => ({ available, desired })

/** Both versions can serve. */
export const bothServe = { canary: pods(3), production: pods(3), revision: 'build-1' }
/** The canary has only this many of its three pods. */
export const canaryHas = (available: number) => ({ ...bothServe, canary: pods(available, 3) })
export const noProduction = { ...bothServe, production: pods(0, 3) }

/** A long-lived process and two versions that can serve; what waits, waits for its canary. */
export const snapshot = (before: RolloutState, overrides: Partial<Snapshot> = {}): Snapshot => ({
  now,
  target: before.target,
  deleting: false,
  readiness: before.phase === 'Waiting' ? canaryHas(0) : bothServe,
  traffic: ready(before),
  process: facts(),
  ...overrides,
})

export const facts = (overrides: Partial<ProcessFacts> = {}): ProcessFacts => ({
  heldSince: now - seconds(60),
  certain: true,
  live: false,
  ...overrides,
})
/** The traffic was just read at its source. */
export const live = facts({ live: true })

export const command = (name: string, overrides: Partial<Command> = {}): Command => ({
  name,
  id: `${name}-1`,
  by: 'kubectl-annotate',
  ...overrides,
})

export const value = (number: number | null): Reading => ({ value: number, at: now - seconds(1) })
export const failure = (code = 'METRIC_UNREACHABLE'): Reading => ({
  error: { code, message: 'connect ECONNREFUSED 10.0.0.9:9090' },
  at: now - seconds(1),
})

/** What a check of `errors` brought, begun a second ago. */
export const check = (
  { step }: RolloutState,
  errors: number | null | Reading,
  overrides: Partial<CheckReadings> = {},
): CheckReadings => ({
  step,
  purpose: 'check',
  startedAt: now - seconds(1),
  generation: 8,
  endedAt: now,
  metrics: { errors: { metric: errors !== null && typeof errors === 'object' ? errors : value(errors) } },
  ...overrides,
})

/** What readings lack while queries are under way. */
export const underWay = { endedAt: undefined }

/** What the measurement of the baseline brought. */
export const baseline = (
  before: RolloutState,
  errors: number | null | Reading,
  overrides: Partial<CheckReadings> = {},
): CheckReadings => check(before, errors, { purpose: 'baseline', ...overrides })

/** A reading of 1.1 against the baseline of 1, and one of 9. */
export const healthy = (before: RolloutState): CheckReadings => check(before, 1.1)
export const sick = (before: RolloutState): CheckReadings => check(before, 9)

/** Decides on frozen inputs, and hands the state back as a store would: through JSON. */
export function after(
  before: RolloutState,
  overrides: Partial<Snapshot> = {},
  wanted: Policy | Refusal = before.policy,
): Decision {
  const decision = decide(frozen(wanted), frozen(before), frozen(snapshot(before, overrides)))
  return { ...decision, state: JSON.parse(JSON.stringify(decision.state)) }
}

/** The kinds of effects that touch the traffic. */
const touching: readonly Effect['kind'][] = ['rollback', 'shift', 'prepare', 'promote']
export const writes = ({ effects }: Decision): Effect[] => effects.filter(({ kind }) => touching.includes(kind))
export const kinds = ({ effects }: Decision): Effect['kind'][] => effects.map(({ kind }) => kind)

/** The weight that a decision asks the router for. */
export const weightAsked = ({ effects }: Decision): number | undefined => {
  const write = effects.find(({ kind }) => kind === 'shift' || kind === 'rollback')
  return write?.kind === 'shift' ? write.weight : write && 0
}

/** The reasons that people are told by this decision. */
export const told = ({ state }: Decision, before: RolloutState): ReasonCode[] =>
  state.outbox.filter(({ seq }) => seq > before.seq).map(({ reason }) => reason.code)

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const part of Object.values(value)) frozen(part)
    Object.freeze(value)
  }
  return value
}
