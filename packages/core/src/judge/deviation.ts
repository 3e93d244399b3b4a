import type { Json } from '../json.js'
import type { MetricRule } from '../policy.js'
import type { Judge, Judgement, Reading } from '../ports.js'

/**
 * The first judge: unhealthy when `|reading - baseline| > deviation`, strictly, in the direction that the rule watches.
 * Its memory is `true` once the metric had data: from then on `no_data: zero` no longer stands for a zero.
 */
export const deviation: Judge<MetricRule> = (rule, readings, _context, memory) => {
  const allowed = rule.deviation
  const seen = memory === true
  const metric = numberIn(readings.metric, rule, seen)
  // Of production, no data goes on meaning zero: that the canary had data says nothing about its errors.
  const base = readings.baseline === undefined ? undefined : numberIn(readings.baseline, rule, false)
  const baseline = base !== undefined && 'value' in base ? base.value : undefined
  if ('cause' in metric) {
    const verdict = metric.cause === 'no_data' && rule.noData === 'unhealthy' ? 'unhealthy' : 'inconclusive'
    return { verdict, numbers: { allowed, baseline, ...metric }, memory: seen }
  }
  const reading = metric.value
  const remember: Json = seen || ('value' in readings.metric && readings.metric.value !== null)
  if (baseline === undefined) {
    const detail = base !== undefined && 'cause' in base ? base.detail : undefined
    return { verdict: 'inconclusive', numbers: { allowed, reading, cause: 'no_baseline', detail }, memory: remember }
  }
  const change = reading - baseline
  const watched = { either: Math.abs(change), increase: change, decrease: -change }[rule.direction]
  const verdict = watched > allowed ? 'unhealthy' : 'healthy'
  const improved = verdict === 'unhealthy' && rule.direction === 'either' && change < 0
  return {
    verdict,
    numbers: { allowed, reading, baseline, improved },
    memory: remember,
  }
}

/** The number a reading stands for, or why it stands for none. */
export function numberIn(
  reading: Reading,
  rule: MetricRule,
  seen: boolean,
): { value: number } | { cause: NonNullable<Judgement['numbers']['cause']>; detail?: string } {
  if ('error' in reading) return { cause: 'error', detail: reading.error.message }
  if (reading.value !== null) return { value: reading.value }
  return rule.noData === 'zero' && !seen ? { value: 0 } : { cause: 'no_data' }
}
