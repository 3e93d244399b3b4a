import { BirdWatchError, type Sample } from '@birdwatch/core'
import type { Aggregation } from './options.js'

/** The part of the client's answer that is looked at; what it says of the types is not to be trusted. */
export interface QueryAnswer {
  readonly resType?: unknown
  readonly series?: unknown
}

interface Series {
  readonly tagSet?: unknown
  readonly pointlist?: unknown
}

interface Point {
  /** Epoch milliseconds: where the point's bucket begins. */
  readonly at: number
  readonly value: number
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const aggregate: Readonly<Record<Aggregation, (values: readonly number[]) => number | undefined>> = {
  avg: values => sum(values) / values.length,
  last: values => values.at(-1),
  max: values => Math.max(...values),
  min: values => Math.min(...values),
  sum,
}

/** The points that have a value, in the order of time; null stands for a bucket without data. */
function pointsOf({ pointlist }: Series): Point[] {
  const isPair = (pair: unknown): pair is [number, number | null] =>
    Array.isArray(pair) && typeof pair[0] === 'number' && (typeof pair[1] === 'number' || pair[1] === null)
  if (!Array.isArray(pointlist) || !pointlist.every(isPair)) {
    throw new BirdWatchError('METRIC_BAD_ANSWER', 'the query returned points of an unknown shape')
  }
  return pointlist.flatMap(([at, value]) => (value === null ? [] : [{ at, value }])).sort((a, b) => a.at - b.at)
}

/**
 * Makes one number out of the points of a window: the only place that says what counts as a number, and what as no data.
 * Points from before `from` are left out as soon as there are later ones: they are of another weight.
 */
export function sampleOf(
  { resType = 'time_series', series }: QueryAnswer,
  { aggregation, from = 0 }: { readonly aggregation: Aggregation; readonly from?: number | undefined },
): Sample {
  if (resType !== 'time_series') {
    throw new BirdWatchError('METRIC_NOT_A_NUMBER', `the query returned a ${String(resType)}, not points in time`)
  }
  if (!Array.isArray(series) || series.includes(null)) {
    throw new BirdWatchError('METRIC_BAD_ANSWER', 'the answer has no list of series, not even an empty one')
  }
  if (series.length > 1) throw severalSeries(series)
  const points = series.flatMap(pointsOf)
  const fresh = points.filter(({ at }) => at >= from)
  const used = fresh.length > 0 ? fresh : points
  const last = used.at(-1)
  if (last === undefined) return { value: null }
  const value = aggregate[aggregation](used.map(point => point.value))
  if (value !== undefined && Number.isFinite(value)) return { value, at: last.at }
  throw new BirdWatchError('METRIC_NOT_A_NUMBER', `the query returned ${value}, which no deviation can be told of`)
}

function severalSeries(series: readonly Series[]): BirdWatchError {
  const tagSets = series.map(({ tagSet }) => (Array.isArray(tagSet) ? tagSet.map(String) : []))
  const different = tagSets.flat().filter(tag => !tagSets.every(tags => tags.includes(tag)))
  const names = [...new Set(different.map(tag => tag.split(':', 1)[0]))].sort().slice(0, 5)
  const by = names.length === 0 ? '' : `, which differ in ${names.join(', ')}`
  return new BirdWatchError(
    'METRIC_SEVERAL_SERIES',
    `the query returned ${series.length} series${by}, where one number is needed; leave out \`by {…}\`, or ask one query`,
  )
}
