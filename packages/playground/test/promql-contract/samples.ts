import type { Labels } from '../../src/metrics/series/labels.js'
import { TimeSeriesStore } from '../../src/metrics/series/tsdb.js'
import { seeded } from '../support/send.js'

/** One series: a value for each second from `begin` on, where there is one. */
interface Series {
  readonly labels: Labels
  readonly values: readonly (number | undefined)[]
}

/** When the samples begin, epoch seconds. */
export const begin = 1_700_000_000
/** How many seconds there are. */
export const duration = 600

const seconds = Array.from({ length: duration }, (_, i) => i)

/** A counter that has been running for long, at a changing speed. */
function counter(random: () => number, speed: number, resets: readonly number[] = []): number[] {
  let value = 1_000
  return seconds.map(second => {
    value = resets.includes(second) ? 0 : value + Math.floor(random() * speed)
    return value
  })
}

const bounds = ['1', '5', '10', '50', '+Inf']

function histogram(random: () => number, labels: Labels): Series[] {
  // It has counted before: what begins near 0 within a range is where Prometheus 2 and 3 extrapolate differently.
  const counts = bounds.map((_, i) => 5_000 * (i + 1))
  const rows = seconds.map(() => {
    const first = Math.floor(random() * bounds.length)
    for (let i = first; i < bounds.length; i++) counts[i] = (counts[i] ?? 0) + 1
    return [...counts]
  })
  return bounds.map((le, i) => ({
    labels: { __name__: 'latency_bucket', ...labels, le },
    values: rows.map(row => row[i]),
  }))
}

/** The same in every run: counters with and without resets, gauges, gaps, what begins late and ends early, histograms. */
export function series(): Series[] {
  const random = seeded(7)
  const requests = (version: string, code: string, values: Series['values']): Series => ({
    labels: { __name__: 'requests_total', service: 'aleph', version, code },
    values,
  })
  return [
    requests('v1', '200', counter(random, 20)),
    requests('v1', '500', counter(random, 3, [200])),
    requests('v2', '200', counter(random, 40, [100, 350, 351])),
    requests(
      'v2',
      '500',
      counter(random, 2).map((value, i) => (i < 300 ? undefined : value)),
    ),
    requests(
      'v3',
      '200',
      counter(random, 9).map((value, i) => (i > 450 ? undefined : value)),
    ),
    requests(
      'v3',
      '503',
      counter(random, 9).map((value, i) => (i % 7 < 3 ? undefined : value)),
    ),
    { labels: { __name__: 'load', service: 'aleph', version: 'v1' }, values: seconds.map(() => random() * 10 - 5) },
    { labels: { __name__: 'load', service: 'aleph', version: 'v2' }, values: seconds.map(i => Math.sin(i / 20)) },
    {
      labels: { __name__: 'load', service: 'beth', version: 'v2' },
      values: seconds.map(i => (i % 50 === 0 ? Number.NaN : i)),
    },
    { labels: { __name__: 'limit', service: 'aleph' }, values: seconds.map(() => 4) },
    { labels: { __name__: 'limit', service: 'beth' }, values: seconds.map(() => 1_000) },
    { labels: { __name__: 'idle_total', service: 'aleph' }, values: seconds.map(() => 17) },
    ...histogram(random, { version: 'v1' }),
    ...histogram(random, { version: 'v2' }),
    ...bounds.map(le => ({ labels: { __name__: 'latency_bucket', version: 'v0', le }, values: seconds.map(() => 0) })),
  ]
}

/** The samples as `promtool tsdb create-blocks-from openmetrics` reads them. */
export function openMetrics(): string {
  const lines = series().flatMap(({ labels: { __name__, ...labels }, values }) => {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
    return values.flatMap((value, i) =>
      value === undefined
        ? []
        : [`${__name__}{${pairs.join(',')}} ${String(value).replace('Infinity', 'Inf')} ${begin + i}`],
    )
  })
  return `${lines.join('\n')}\n# EOF\n`
}

/** The samples in memory. */
export function store(): TimeSeriesStore {
  const loaded = new TimeSeriesStore()
  for (const { labels, values } of series())
    for (const [i, value] of values.entries())
      if (value !== undefined) loaded.append(labels, 1_000 * (begin + i), value)
  return loaded
}
