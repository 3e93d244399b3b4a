import type { Samples } from '../series/tsdb.js'
import { average, largest, smallest, sum } from './numbers.js'

/** What a range function is told of a series: at least one sample. */
export interface Window extends Samples {
  /** Where the range begins and ends, epoch milliseconds. */
  readonly start: number
  readonly end: number
}

/** Of the samples of one series; undefined where it can not be told. */
export type RangeFunction = (window: Window) => number | undefined

const seconds = (ms: number): number => ms / 1_000

/** By how much the values rose; a counter that goes down has begun again at 0. */
function rise(values: readonly number[], isCounter: boolean): number {
  const difference = (values.at(-1) ?? 0) - (values[0] ?? 0)
  if (!isCounter) return difference
  return values.reduce((sum, value, i) => {
    const previous = values[i - 1] ?? 0
    return i > 0 && value < previous ? sum + previous : sum
  }, difference)
}

/**
 * The rise over the whole range, as Prometheus extrapolates it: to the borders when the samples come close to them,
 * else by half the distance between samples; and a counter not to before it was 0.
 */
function extrapolated({ times, values, start, end }: Window, isCounter: boolean): number | undefined {
  if (times.length < 2) return undefined
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 0
  const sampled = seconds(last - first)
  const distance = sampled / (times.length - 1)
  const near = (gap: number) => (gap >= 1.1 * distance ? distance / 2 : gap)
  const result = rise(values, isCounter)
  const initial = values[0] ?? 0
  const toZero = isCounter && result > 0 && initial >= 0 ? sampled * (initial / result) : Infinity
  const toStart = Math.min(near(seconds(first - start)), toZero)
  const toEnd = near(seconds(end - last))
  return result * ((sampled + toStart + toEnd) / sampled)
}

/** From the last two samples. */
function instant({ times, values }: Window, isCounter: boolean): { difference: number; seconds: number } | undefined {
  const [previous, last] = values.slice(-2)
  const [before, at] = times.slice(-2)
  if (previous === undefined || last === undefined || before === undefined || at === undefined) return undefined
  const hasReset = isCounter && last < previous
  return { difference: hasReset ? last : last - previous, seconds: seconds(at - before) }
}

const count = (values: readonly number[], isCounted: (value: number, previous: number) => boolean): number =>
  values.filter((value, i) => i > 0 && isCounted(value, values[i - 1] ?? 0)).length

export const rangeFunctions: Readonly<Record<string, RangeFunction>> = {
  increase: window => extrapolated(window, true),
  delta: window => extrapolated(window, false),
  rate: window => {
    const increase = extrapolated(window, true)
    return increase === undefined ? undefined : increase / seconds(window.end - window.start)
  },
  irate: window => {
    const change = instant(window, true)
    return change && change.difference / change.seconds
  },
  idelta: window => instant(window, false)?.difference,
  resets: ({ values }) => count(values, (value, previous) => value < previous),
  changes: ({ values }) => count(values, (value, previous) => !Object.is(value, previous)),
  sum_over_time: ({ values }) => sum(values),
  avg_over_time: ({ values }) => average(values),
  min_over_time: ({ values }) => smallest(values),
  max_over_time: ({ values }) => largest(values),
  count_over_time: ({ values }) => values.length,
  last_over_time: ({ values }) => values.at(-1),
  present_over_time: () => 1,
}
