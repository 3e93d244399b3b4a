import type { RolloutState } from '@birdwatch/core'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import {
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  metricCatalogue,
  processMetrics,
  rolloutMetrics,
} from './catalogue.js'
import { samplesOf } from './rollouts.js'

/** Where the controller looks when it is asked for its metrics. */
export interface TelemetrySources {
  readonly states: () => Iterable<{ key: string; state: RolloutState }>
  readonly leading: () => boolean
  readonly queue: () => { waiting: number; running: number; delayed: number }
  readonly collections: () => Iterable<{ name: string; synced: boolean; size: number; ageMs?: number | undefined }>
  readonly missing: () => Iterable<{ verb: string; resource: string }>
  /** Epoch milliseconds. */
  readonly now: () => number
}

type NameOf<Type extends string> = {
  [Name in MetricName]: (typeof metricCatalogue)[Name]['type'] extends Type ? Name : never
}[MetricName]

type Instrument = Counter | Gauge | Histogram

function instrument(
  name: string,
  { type, help, labels, buckets = [] }: MetricDefinition,
  registry: Registry,
): Instrument {
  const options = { name, help, labelNames: [...labels], registers: [registry] }
  if (type === 'counter') return new Counter(options)
  return type === 'gauge' ? new Gauge(options) : new Histogram({ ...options, buckets: [...buckets] })
}

/** The controller's metrics, as the catalogue names them; what is not in it can not be counted. */
export class Telemetry {
  readonly #registry = new Registry()
  readonly #metrics: ReadonlyMap<string, Instrument>
  #sources: TelemetrySources | undefined

  constructor(version: string) {
    collectDefaultMetrics({ register: this.#registry })
    this.#metrics = new Map(
      Object.entries(metricCatalogue).map(([name, definition]) => [name, instrument(name, definition, this.#registry)]),
    )
    this.set('birdwatch_build_info', { version, node_version: process.versions.node }, 1)
  }

  /** Counts one more. */
  count<Name extends NameOf<'counter'>>(name: Name, labels: LabelsOf<Name>): void {
    ;(this.#metrics.get(name) as Counter).inc(labels)
  }

  set<Name extends NameOf<'gauge'>>(name: Name, labels: LabelsOf<Name>, value: number): void {
    ;(this.#metrics.get(name) as Gauge).set(labels, value)
  }

  /** Puts a duration into a histogram. */
  time<Name extends NameOf<'histogram'>>(name: Name, labels: LabelsOf<Name>, ms: number): void {
    ;(this.#metrics.get(name) as Histogram).observe(labels, ms / 1000)
  }

  /** From now on shows what is known of rollouts, lease, queue and caches, as it is at the moment of asking. */
  watch(sources: TelemetrySources): void {
    this.#sources = sources
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Everything, in Prometheus's text format. */
  async text(): Promise<string> {
    // Series of rollouts are made anew each time, and so end with their objects.
    for (const name of Object.keys({ ...rolloutMetrics, ...processMetrics })) this.#metrics.get(name)?.reset()
    if (this.#sources !== undefined) this.#look(this.#sources)
    return this.#registry.metrics()
  }

  #look({ states, leading, queue, collections, missing, now }: TelemetrySources): void {
    for (const { key, state } of states()) {
      const [namespace = '', name = ''] = key.split('/')
      for (const { metric, labels, value } of samplesOf(state, now()))
        (this.#metrics.get(metric) as Gauge).set({ namespace, name, ...labels }, value)
    }
    this.set('birdwatch_leader', {}, leading() ? 1 : 0)
    for (const [state, count] of Object.entries(queue())) this.set('birdwatch_queue_keys', { state }, count)
    for (const { verb, resource } of missing()) this.set('birdwatch_permission_missing', { verb, resource }, 1)
    for (const { name: resource, synced, size, ageMs } of collections()) {
      this.set('birdwatch_reflector_synced', { resource }, synced ? 1 : 0)
      this.set('birdwatch_reflector_objects', { resource }, size)
      if (ageMs !== undefined) this.set('birdwatch_reflector_age_seconds', { resource }, ageMs / 1000)
    }
  }
}
