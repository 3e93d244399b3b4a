import { own } from '../json.js'
import type { Policy } from '../policy.js'
import type { Judgement, Reading, ReadingError, Verdict } from '../ports.js'
import type { CheckReadings } from '../snapshot.js'
import type { MetricState, RolloutState } from '../state.js'
import { deviation } from './deviation.js'

/** What a check amounts to. Undefined as long as the readings at hand do not decide it. */
export interface Assessment {
  readonly verdict: Verdict
  readonly metrics: Readonly<Record<string, MetricState>>
  /** The metric the verdict rests on. */
  readonly name: string
  readonly numbers: Judgement['numbers']
  /** What stands in the way of judging a metric, by its name. */
  readonly trouble: Readonly<Record<string, Trouble>>
}

export interface Trouble {
  /** The code of an error, or why else it can not be judged. */
  readonly code: string
  readonly detail?: string | undefined
  /** How long those who were asked for it want to be left alone, milliseconds. */
  readonly retryAfterMs?: number | undefined
}

/** One unhealthy metric is unhealthy at once; else one inconclusive is inconclusive; else healthy (design: rule 7). */
export function assess(policy: Policy, state: RolloutState, readings: CheckReadings): Assessment | undefined {
  const tooQuiet = quiet(policy, readings)
  if (tooQuiet === undefined) return undefined
  const metrics = { ...state.metrics }
  const trouble: Record<string, Trouble> = {}
  let worst: { name: string; judgement: Judgement } | undefined
  let waiting = false
  for (const rule of policy.rules) {
    const { metric, baseline } = own(readings.metrics, rule.name) ?? {}
    const known = own(state.metrics, rule.name)
    const kept = known?.baseline === undefined ? undefined : { value: known.baseline, at: known.at ?? 0 }
    const base = rule.baseline === 'each_check' ? baseline : kept
    if (metric === undefined || (rule.baseline === 'each_check' && baseline === undefined)) {
      waiting = true
      continue
    }
    const context = { weight: state.weight, window: policy.intervalMs }
    const found = deviation(rule, { metric, baseline: base }, context, known?.memory)
    const judgement: Judgement = tooQuiet
      ? { ...found, verdict: 'inconclusive', numbers: { ...found.numbers, ...tooQuiet } }
      : found
    const { verdict, memory, numbers } = judgement
    const { cause, detail, reading, allowed, baseline: present = known?.baseline } = numbers
    const errors = [readings.traffic, metric, base].flatMap(reading => errorOf(reading) ?? [])
    const code = errors[0]?.code ?? cause
    const retryAfterMs = Math.max(0, ...errors.map(error => error.retryAfterMs ?? 0))
    if (code !== undefined) trouble[rule.name] = { code, detail, retryAfterMs: retryAfterMs || undefined }
    metrics[rule.name] = { name: rule.name, allowed, verdict, at: metric.at, reading, baseline: present, memory }
    if (worst === undefined || severity(judgement) > severity(worst.judgement)) worst = { name: rule.name, judgement }
  }
  if (worst === undefined || (waiting && worst.judgement.verdict !== 'unhealthy')) return undefined
  const { verdict, numbers } = worst.judgement
  return { verdict, metrics, name: worst.name, numbers, trouble }
}

const severity = ({ verdict }: Judgement): number => ['healthy', 'inconclusive', 'unhealthy'].indexOf(verdict)

const errorOf = (reading: Reading | undefined): ReadingError | undefined =>
  reading !== undefined && 'error' in reading ? reading.error : undefined

/** Why there is too little traffic to judge, false when there is enough, undefined while that is not known. */
function quiet({ traffic }: Policy, { traffic: reading }: CheckReadings) {
  if (traffic === undefined) return false
  if (reading === undefined) return undefined
  if ('error' in reading) return { cause: 'error', detail: reading.error.message } as const
  return (reading.value ?? 0) < traffic.atLeast && ({ cause: 'low_traffic' } as const)
}
