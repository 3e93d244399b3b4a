import { BirdWatchError } from './errors.js'
import { compact } from './json.js'

export const directions = ['either', 'increase', 'decrease'] as const
export const noDataRules = ['zero', 'hold', 'unhealthy'] as const
export const baselineModes = ['once', 'each_check'] as const
export const actions = ['freeze', 'rollback'] as const
export const limitRules = ['hold', 'promote'] as const
export const modes = ['act', 'observe'] as const

/** One metric as people write it; see `docs/reference.md` for the same fields in the resource. */
export interface MetricSpec {
  /** Unique within the policy. */
  name: string
  /** The query, in the provider's language. */
  metric: string
  /** How far a reading may be from the baseline, in the metric's unit; >= 0. */
  deviation: number
  /** Which deviations count (default `either`). */
  direction?: (typeof directions)[number]
  /** What a query without data means (default `hold`). */
  noData?: (typeof noDataRules)[number]
  /** Another query to take the baseline from, e.g. production's. */
  baselineMetric?: string
  /** When the baseline is measured (default `once`, before the first increment). */
  baseline?: (typeof baselineModes)[number]
  /** The name of a configured provider instance (default: the host's default). */
  provider?: string
}

/** A policy as people write it; times in seconds, weights in percent. Either `metric` and `deviation`, or `metrics`. */
export interface PolicySpec extends Partial<Omit<MetricSpec, 'name'>> {
  /** What is added to the canary's weight at each passed check, 1..10 percent. */
  increment: number
  /** Seconds between two checks, 1..600. */
  interval: number
  /** What happens when a metric deviates. */
  ifUnhealthy: (typeof actions)[number]
  metrics?: MetricSpec[]
  /** Consecutive unhealthy checks needed to act, 1..10 (default 1). */
  failures?: number
  /** Seconds that a check waits beyond the interval after a new weight, 0..3600 (default 0). */
  settle?: number
  /** The weight that is never exceeded, 1..100 percent (default 100). */
  trafficLimit?: number
  /** What follows a passed check at the limit (default `promote` at 100, else `hold`). */
  atLimit?: (typeof limitRules)[number]
  /** A lock: while true the rollout is paused, and `resume` is refused. */
  paused?: boolean
  /** Below `atLeast`, a check is inconclusive: too little traffic to judge. */
  traffic?: { metric: string; atLeast: number }
  /** Seconds without progress after which people are told, 60..86400 (default 1800). */
  stuckAfter?: number
  /** Seconds that a change of traffic needs to reach every proxy, 0..300 (default 5). */
  propagation?: number
  /** `observe` measures and reports, and writes nothing (default `act`). */
  mode?: (typeof modes)[number]
}

/** One metric of a validated policy. */
export interface MetricRule {
  readonly name: string
  readonly query: string
  readonly deviation: number
  readonly direction: (typeof directions)[number]
  readonly noData: (typeof noDataRules)[number]
  readonly baselineQuery?: string
  readonly baseline: (typeof baselineModes)[number]
  readonly provider?: string
}

/** A validated policy: every default filled in, times in milliseconds. Plain JSON: it is kept in the rollout's state. */
export interface Policy {
  readonly rules: readonly MetricRule[]
  readonly increment: number
  readonly intervalMs: number
  readonly ifUnhealthy: (typeof actions)[number]
  readonly failures: number
  readonly settleMs: number
  readonly trafficLimit: number
  readonly atLimit: (typeof limitRules)[number]
  readonly paused: boolean
  readonly traffic?: { readonly query: string; readonly atLeast: number; readonly provider?: string }
  readonly stuckAfterMs: number
  readonly propagationMs: number
  readonly mode: (typeof modes)[number]
}

type Expectation = { expected: string; holds: (value: unknown) => boolean }

const number = (min: number, max: number): Expectation => ({
  expected: max === Number.POSITIVE_INFINITY ? `a number >= ${min}` : `a number from ${min} to ${max}`,
  holds: v => typeof v === 'number' && Number.isFinite(v) && v >= min && v <= max,
})
const integer = (min: number, max: number): Expectation => ({
  expected: `a whole number from ${min} to ${max}`,
  holds: v => Number.isInteger(v) && (v as number) >= min && (v as number) <= max,
})
const oneOf = (values: readonly string[]): Expectation => ({
  expected: `one of ${values.join(', ')}`,
  holds: v => values.includes(v as string),
})
const text: Expectation = { expected: 'a text that is not empty', holds: v => typeof v === 'string' && v.trim() !== '' }
const metricName: Expectation = {
  expected: `${text.expected}, and not __proto__`,
  holds: v => text.holds(v) && v !== '__proto__',
}
const flag: Expectation = { expected: 'true or false', holds: v => typeof v === 'boolean' }
const object: Expectation = { expected: 'an object', holds: v => typeof v === 'object' && v !== null }
const unset: Expectation = {
  expected: 'left out: give either `metric` and `deviation`, or `metrics`',
  holds: v => v === undefined,
}

function demand<T>(field: string, value: T | undefined, { expected, holds }: Expectation): T {
  if (holds(value)) return value as T
  // JSON has no NaN: it would be told as null.
  const shown = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
  const found = value === undefined ? 'is missing' : `is ${shown}`
  throw new BirdWatchError('POLICY_INVALID', `${field} ${found}; it must be ${expected}`, { field, value, expected })
}
const optional = <T>(field: string, value: T | undefined, fallback: T, expectation: Expectation): T =>
  value === undefined ? fallback : demand(field, value, expectation)

/** Validates a policy and fills in its defaults. Throws `POLICY_INVALID` with `field`, `value` and `expected`. */
export function definePolicy(spec: PolicySpec): Policy {
  demand('policy', spec, object)
  const trafficLimit = optional('trafficLimit', spec.trafficLimit, 100, integer(1, 100))
  return compact({
    rules: defineRules(spec),
    increment: demand('increment', spec.increment, integer(1, 10)),
    intervalMs: 1000 * demand('interval', spec.interval, integer(1, 600)),
    ifUnhealthy: demand('ifUnhealthy', spec.ifUnhealthy, oneOf(actions)),
    failures: optional('failures', spec.failures, 1, integer(1, 10)),
    settleMs: 1000 * optional('settle', spec.settle, 0, number(0, 3600)),
    trafficLimit,
    atLimit: optional('atLimit', spec.atLimit, trafficLimit === 100 ? 'promote' : 'hold', oneOf(limitRules)),
    paused: optional('paused', spec.paused, false, flag),
    traffic: spec.traffic === undefined ? undefined : defineTraffic(spec.traffic, spec.provider),
    stuckAfterMs: 1000 * optional('stuckAfter', spec.stuckAfter, 1800, number(60, 86_400)),
    propagationMs: 1000 * optional('propagation', spec.propagation, 5, number(0, 300)),
    mode: optional('mode', spec.mode, 'act', oneOf(modes)),
  })
}

function defineRules(spec: PolicySpec): MetricRule[] {
  // The short form's query typically has no series until the first error: no data means zero there, and nowhere else.
  if (spec.metrics === undefined) return [defineRule('', { ...spec, name: 'metric' } as MetricSpec, { noData: 'zero' })]
  demand('metric', spec.metric, unset)
  demand('deviation', spec.deviation, unset)
  const list = (v: unknown) => Array.isArray(v) && v.length >= 1 && v.length <= 10
  demand('metrics', spec.metrics, { expected: 'a list of 1 to 10 metrics', holds: list })
  const rules = spec.metrics.map((metric, i) => defineRule(`metrics[${i}].`, metric, spec))
  rules.forEach(({ name }, i) => {
    const unique = () => rules.findIndex(rule => rule.name === name) === i
    demand(`metrics[${i}].name`, name, { expected: 'unique among the metrics', holds: unique })
  })
  return rules
}

function defineRule(path: string, spec: MetricSpec, shared: Partial<PolicySpec>): MetricRule {
  demand(path.slice(0, -1) || 'policy', spec, object)
  const baseline = optional(`${path}baseline`, spec.baseline ?? shared.baseline, 'once', oneOf(baselineModes))
  const needed = { ...text, expected: 'a query: `baseline: each_check` measures it at each check' }
  return compact({
    name: demand(`${path}name`, spec.name, metricName),
    query: demand(`${path}metric`, spec.metric, text),
    deviation: demand(`${path}deviation`, spec.deviation, number(0, Number.POSITIVE_INFINITY)),
    direction: optional(`${path}direction`, spec.direction ?? shared.direction, 'either', oneOf(directions)),
    noData: optional(`${path}noData`, spec.noData ?? shared.noData, 'hold', oneOf(noDataRules)),
    baseline,
    baselineQuery:
      baseline === 'each_check'
        ? demand(`${path}baselineMetric`, spec.baselineMetric, needed)
        : optional(`${path}baselineMetric`, spec.baselineMetric, undefined, text),
    provider: optional(`${path}provider`, spec.provider ?? shared.provider, undefined, text),
  })
}

function defineTraffic(spec: { metric: string; atLeast: number }, provider: string | undefined) {
  demand('traffic', spec, object)
  return compact({
    query: demand('traffic.metric', spec.metric, text),
    atLeast: demand('traffic.atLeast', spec.atLeast, number(0, Number.POSITIVE_INFINITY)),
    provider,
  })
}
