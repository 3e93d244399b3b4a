import type { Point, PointReading } from '../../src/history/point.js'
import type { Band, Health, MetricView, RolloutView } from '../../src/view/view.js'

/** Times are epoch milliseconds. */
export interface Mark {
  readonly at: number
  readonly value: number
  readonly health: Health
}

export interface WeightSeries {
  readonly times: readonly number[]
  readonly weights: readonly number[]
  /** The checks, each at the weight it was taken at. */
  readonly checks: readonly Mark[]
}

export interface ReadingSeries {
  readonly times: readonly number[]
  readonly readings: readonly (number | null)[]
  readonly baselines: readonly (number | null)[]
  readonly health: readonly Health[]
}

/** What belongs to the rollout that is shown; earlier ones of the same resource are history. */
export const pointsOf = (points: readonly Point[], { id }: Pick<RolloutView, 'id'>): Point[] =>
  points.filter(({ rollout }) => rollout === id)

/** The weight over time, held until `end`. */
export function weightSeries(points: readonly Point[], end: number): WeightSeries {
  const steps = points.map(({ at, weight }) => [at, weight] as const)
  const last = steps.at(-1)
  if (last !== undefined && last[0] < end) steps.push([end, last[1]])
  return {
    times: steps.map(([at]) => at),
    weights: steps.map(([, weight]) => weight),
    checks: points.flatMap(({ check }) =>
      check === undefined ? [] : [{ at: check.at, value: check.weight, health: check.health }],
    ),
  }
}

/** One metric over time; a reading without a number is a gap. */
export function readingSeries(points: readonly Point[], metric: string): ReadingSeries {
  const found = points.flatMap(({ check }) => check?.readings.filter(({ name }) => name === metric) ?? [])
  const readings = found.filter(({ at }, i) => at > (found[i - 1]?.at ?? 0))
  const all = <T>(of: (reading: PointReading) => T) => readings.map(of)
  return {
    times: all(({ at }) => at),
    readings: all(({ reading }) => reading ?? null),
    baselines: all(({ baseline }) => baseline ?? null),
    health: all(({ health }) => health),
  }
}

/** What is allowed around a baseline. */
export const bandAround = (
  baseline: number,
  { deviation, direction }: Pick<MetricView, 'deviation' | 'direction'>,
): Band => ({
  ...(direction === 'increase' ? {} : { low: baseline - deviation }),
  ...(direction === 'decrease' ? {} : { high: baseline + deviation }),
})

/** From what to what a chart reaches: everything that is drawn, with some air, and never a range of nothing. */
export function rangeOf(values: readonly (number | null | undefined)[], floor?: number): [number, number] {
  const known = values.filter(value => typeof value === 'number')
  if (known.length === 0) return [0, 1]
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const air = (high - low || Math.abs(high) || 1) * 0.12
  const bottom = low - air
  return [floor !== undefined && low >= floor ? Math.max(bottom, floor) : bottom, high + air]
}

/** The index of the last time that is not after `at`; -1 when all are. */
export const indexAt = (times: readonly number[], at: number): number => times.findLastIndex(time => time <= at)

/** When a rollout's charts end: at its end, or now. */
export const endOf = ({ endedAt }: Pick<RolloutView, 'endedAt'>, now: number): number => endedAt ?? now
