import { type Clock, systemClock } from '@birdwatch/core'
import type { Handled } from '../mesh/handler.js'
import { IstioMetrics } from './istio.js'
import { startScraper } from './scraper.js'
import { TimeSeriesStore } from './series/tsdb.js'
import { servePrometheus } from './server.js'

export interface MetricsOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default: the system's. */
  readonly clock?: Clock
  /** Time between samples, milliseconds. Default 1000. */
  readonly intervalMs?: number
}

/** What was measured of the mesh, and what answers queries about it. */
export interface Metrics {
  /** Where Prometheus's HTTP API is; `/metrics` there is for a real Prometheus to scrape. */
  readonly url: string
  /** Counts a request that the mesh handled. */
  record(handled: Handled): void
  close(): Promise<void>
}

/**
 * Starts a stand-in for Prometheus on 127.0.0.1: it samples Istio's metrics of the mesh, keeps half an hour of them in
 * memory, and answers instant queries. Rejects with the error of `listen`, e.g. `EADDRINUSE`.
 */
export async function startMetrics({
  port = 0,
  clock = systemClock,
  intervalMs = 1_000,
}: MetricsOptions = {}): Promise<Metrics> {
  const istio = new IstioMetrics()
  const store = new TimeSeriesStore()
  const collect = () => istio.collect()
  const server = await servePrometheus({ port, store, clock, collect })
  const stop = startScraper({ collect, store, clock, intervalMs, target: { job: 'mesh', instance: 'playground' } })
  return {
    url: server.url,
    record: handled => istio.record(handled),
    close: () => {
      stop()
      return server.close()
    },
  }
}
