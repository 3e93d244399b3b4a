import { BirdWatchError, type Sample } from '@birdwatch/core'
import type { QueryData } from './envelope.js'

/** One element of a vector. */
interface Series {
  readonly metric?: Readonly<Record<string, string>>
  readonly value?: unknown
  readonly histogram?: unknown
}

/** A value: the moment in seconds, and the value as text. */
type Point = readonly [number, string]

const number = /^([+-]?Inf|NaN|[+-]?\d.*)$/

const isPoint = (value: unknown): value is Point =>
  Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string' && number.test(value[1])

/** Makes one number out of the data: the only place that says what counts as a number, and what as no data. */
export function sampleOf({ resultType, result }: QueryData): Sample {
  if (resultType === 'scalar') return fromPoint(result)
  if (resultType !== 'vector' || !Array.isArray(result)) {
    const hint = resultType === 'matrix' ? '; apply a function such as rate() to the range' : ''
    throw new BirdWatchError('METRIC_NOT_A_NUMBER', `the query returned a ${String(resultType)}, not one number${hint}`)
  }
  const series = result as readonly (Series | null)[]
  if (series.length === 0) return { value: null }
  if (series.length > 1) throw severalSeries(series)
  if (series[0]?.histogram === undefined) return fromPoint(series[0]?.value)
  throw new BirdWatchError(
    'METRIC_NOT_A_NUMBER',
    'the query returned a histogram; reduce it, e.g. histogram_quantile()',
  )
}

function fromPoint(point: unknown): Sample {
  if (!isPoint(point)) throw new BirdWatchError('METRIC_BAD_ANSWER', 'the query returned a value of an unknown shape')
  const [seconds, text] = point
  const at = Math.round(1000 * seconds)
  if (text === 'NaN') return { value: null, at }
  const value = Number(text.replace('Inf', 'Infinity'))
  if (Number.isFinite(value)) return { value, at }
  // Not null: «no data» may mean zero by policy, and a quantile in the last bucket is anything but that.
  const cause = 'a division by zero, or a quantile beyond the last bucket'
  throw new BirdWatchError(
    'METRIC_NOT_A_NUMBER',
    `the query returned ${text}, which no deviation can be told of: ${cause}`,
  )
}

function severalSeries(series: readonly (Series | null)[]): BirdWatchError {
  const names = new Set(series.flatMap(one => Object.keys(one?.metric ?? {})))
  const different = [...names].filter(name => new Set(series.map(one => one?.metric?.[name])).size > 1)
  const by = different.length === 0 ? '' : `, which differ in ${different.sort().slice(0, 5).join(', ')}`
  return new BirdWatchError(
    'METRIC_SEVERAL_SERIES',
    `the query returned ${series.length} series${by}, where one number is needed; aggregate them, e.g. sum(...)`,
  )
}
