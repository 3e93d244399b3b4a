import type { Clock } from '@birdwatch/core'
import type { Measured } from './istio.js'
import type { TimeSeriesStore } from './series/tsdb.js'

export interface ScraperOptions {
  readonly collect: () => Iterable<Measured>
  readonly store: TimeSeriesStore
  readonly clock: Clock
  readonly intervalMs: number
  /** The labels `job` and `instance` that Prometheus adds. */
  readonly target: { readonly job: string; readonly instance: string }
}

/** Takes a sample of every series at even intervals, as a Prometheus that scrapes would; returns what ends it. */
export function startScraper({ collect, store, clock, intervalMs, target }: ScraperOptions): () => void {
  const ending = new AbortController()
  const scrape = () => {
    const at = clock.now()
    for (const { labels, value } of collect()) store.append({ ...labels, ...target }, at, value)
    store.append({ __name__: 'up', ...target }, at, 1)
  }
  const run = async () => {
    // The next moment is reckoned from the last one: waiting does not add up to a drift.
    for (let next = clock.now() + intervalMs; ; next += intervalMs) {
      await clock.sleep(Math.max(0, next - clock.now()), ending.signal)
      scrape()
    }
  }
  scrape()
  run().catch(() => {})
  return () => ending.abort()
}
