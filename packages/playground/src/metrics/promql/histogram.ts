import { keyOf, type Labels, withoutLabels, withoutName } from '../series/labels.js'
import type { Vector } from './vector.js'

interface Bucket {
  readonly upperBound: number
  readonly count: number
}

/** The quantile of each histogram in a vector of cumulative buckets, told apart by their label `le`. */
export function histogramQuantile(quantile: number, vector: Vector): Vector {
  const histograms = new Map<string, { labels: Labels; buckets: Map<number, number> }>()
  for (const { labels, value } of vector) {
    const upperBound = boundOf(labels)
    if (Number.isNaN(upperBound)) continue
    const own = withoutLabels(withoutName(labels), ['le'])
    const histogram = histograms.get(keyOf(own)) ?? { labels: own, buckets: new Map() }
    histograms.set(keyOf(own), histogram)
    histogram.buckets.set(upperBound, (histogram.buckets.get(upperBound) ?? 0) + value)
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({
    labels,
    value: quantileOf(quantile, ordered(buckets)),
  }))
}

/** NaN for an element that is no bucket. */
function boundOf({ le = '' }: Labels): number {
  if (le === '+Inf') return Infinity
  return le.trim() === '' ? Number.NaN : Number(le)
}

/** By their bounds, and never falling: counts that were scraped while they rose may be. */
function ordered(buckets: ReadonlyMap<number, number>): Bucket[] {
  let highest = -Infinity
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([upperBound, count]) => {
      highest = Math.max(highest, count)
      return { upperBound, count: highest }
    })
}

/** As Prometheus does: linear within a bucket; in the last one, the bound before it. */
function quantileOf(quantile: number, buckets: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return Number.NaN
  if (quantile < 0) return -Infinity
  if (quantile > 1) return Infinity
  const last = buckets.at(-1)
  if (last?.upperBound !== Infinity || buckets.length < 2 || last.count === 0 || Number.isNaN(last.count))
    return Number.NaN
  const rank = quantile * last.count
  const finite = buckets.slice(0, -1)
  const index = finite.findIndex(({ count }) => count >= rank)
  const bucket = finite[index]
  if (bucket === undefined) return finite.at(-1)?.upperBound ?? Number.NaN
  const previous = finite[index - 1]
  if (previous === undefined && bucket.upperBound <= 0) return bucket.upperBound
  const { upperBound: from, count: before } = previous ?? { upperBound: 0, count: 0 }
  return from + (bucket.upperBound - from) * ((rank - before) / (bucket.count - before))
}
