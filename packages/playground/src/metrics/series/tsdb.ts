import { keyOf, type Labels } from './labels.js'

/** What came from a series: moments in epoch milliseconds, rising, and the values then. */
export interface Samples {
  readonly times: readonly number[]
  readonly values: readonly number[]
}

export interface Selected extends Samples {
  readonly labels: Labels
}

interface Series {
  readonly labels: Labels
  readonly times: number[]
  readonly values: number[]
  /** When the series ended, if it did: then nothing is found of it at later moments. */
  endedAt: number | undefined
}

/** So many samples are let go at a time: moving all others for each one would be slow. */
const batch = 256

/** Samples of the last while, in memory. */
export class TimeSeriesStore {
  readonly #retentionMs: number
  readonly #series = new Map<string, Series>()

  /** @param retentionMs how long a sample is kept. Default half an hour. */
  constructor(retentionMs = 1_800_000) {
    this.#retentionMs = retentionMs
  }

  /** Adds a sample; one that is not newer than the last of its series is ignored. */
  append(labels: Labels, at: number, value: number): void {
    const key = keyOf(labels)
    const series = this.#series.get(key) ?? { labels, times: [], values: [], endedAt: undefined }
    this.#series.set(key, series)
    if (at <= (series.times.at(-1) ?? -Infinity)) return
    series.endedAt = undefined
    series.times.push(at)
    series.values.push(value)
    this.#trim(series, at - this.#retentionMs)
  }

  /** The series is no longer there: from this moment on it has no value, however recent its last sample is. */
  end(labels: Labels, at: number): void {
    const series = this.#series.get(keyOf(labels))
    if (series) series.endedAt ??= at
  }

  /** The newest sample of each series that is later than `after` and not later than `until`. */
  latest(matches: (labels: Labels) => boolean, after: number, until: number): Selected[] {
    return this.#select(matches, after, until)
      .filter(({ series }) => (series.endedAt ?? Infinity) > until)
      .map(({ series, to }) => selected(series, to - 1, to))
  }

  /** The samples of each series that are later than `after` and not later than `until`; series without any are left out. */
  range(matches: (labels: Labels) => boolean, after: number, until: number): Selected[] {
    return this.#select(matches, after, until).map(({ series, from, to }) => selected(series, from, to))
  }

  #select(matches: (labels: Labels) => boolean, after: number, until: number) {
    return [...this.#series.values()]
      .filter(({ labels }) => matches(labels))
      .map(series => ({ series, from: countUpTo(series.times, after), to: countUpTo(series.times, until) }))
      .filter(({ from, to }) => from < to)
  }

  #trim(series: Series, before: number): void {
    if ((series.times[batch] ?? Infinity) > before) return
    series.times.splice(0, batch)
    series.values.splice(0, batch)
  }
}

const selected = ({ labels, times, values }: Series, from: number, to: number): Selected => ({
  labels,
  times: times.slice(from, to),
  values: values.slice(from, to),
})

/** How many of the rising numbers are not above the limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1
    else high = middle
  }
  return low
}
