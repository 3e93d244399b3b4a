import { withDeadline } from '../deadline.js'
import { codeOf, messageOf, silence } from '../errors.js'
import { own } from '../json.js'
import type { MetricRule, Policy } from '../policy.js'
import type { Clock, MetricProvider, Reading } from '../ports.js'
import type { CheckReadings } from '../snapshot.js'

export interface MeasurementOptions {
  readonly policy: Policy
  readonly purpose: 'baseline' | 'check'
  readonly step: number
  readonly generation: number | undefined
  /** Since when the present weight has been in effect, epoch milliseconds. */
  readonly from: number
  readonly provider: (name?: string) => MetricProvider
  readonly clock: Clock
  readonly timeoutMs: number
  /** Called at each reading that arrives. */
  readonly changed: () => void
}

/** The queries of one check, all at once, beside the passes: what has arrived so far is an input to the next pass. */
export class Measurement {
  readonly #abort = new AbortController()
  #readings: CheckReadings

  constructor(private readonly options: MeasurementOptions) {
    const { policy, purpose, step, generation, clock } = options
    this.#readings = { step, purpose, generation, startedAt: clock.now(), metrics: {} }
    const queries = policy.rules.flatMap(rule => this.#queriesOf(rule))
    if (purpose === 'check' && policy.traffic !== undefined) {
      const { query, provider } = policy.traffic
      queries.push(this.#ask(query, provider).then(traffic => this.#add({ traffic })))
    }
    void Promise.all(queries).then(() => this.#add({ endedAt: clock.now() }))
  }

  get readings(): CheckReadings {
    return this.#readings
  }

  stop(): void {
    this.#abort.abort()
  }

  #queriesOf({ name, query, baselineQuery, baseline, provider }: MetricRule): Promise<void>[] {
    const { purpose } = this.options
    const put = (part: 'metric' | 'baseline') => (reading: Reading) =>
      this.#add({
        metrics: { ...this.#readings.metrics, [name]: { ...own(this.#readings.metrics, name), [part]: reading } },
      })
    const wantsBaseline = purpose === 'baseline' || baseline === 'each_check'
    const other = baselineQuery !== undefined && wantsBaseline
    return [
      ...(purpose === 'check' || !other ? [this.#ask(query, provider).then(put('metric'))] : []),
      ...(other ? [this.#ask(baselineQuery, provider).then(put('baseline'))] : []),
    ]
  }

  async #ask(query: string, name: string | undefined): Promise<Reading> {
    const { provider, clock, timeoutMs, from } = this.options
    try {
      const metrics = provider(name)
      const { lagMs = 0 } = metrics
      if (lagMs > (this.#readings.lagMs ?? 0)) this.#readings = { ...this.#readings, lagMs }
      const at = clock.now() - lagMs
      const ask = (signal: AbortSignal) => metrics.query(query, { at, from, signal })
      const late = silence('METRIC_TIMEOUT', timeoutMs)
      const deadline = { ms: timeoutMs, late, signal: this.#abort.signal, clock }
      const { value, at: measured } = await withDeadline(deadline, ask)
      return { value: value !== null && Number.isFinite(value) ? value : null, at: measured ?? at }
    } catch (error) {
      const code = codeOf(error) ?? 'METRIC_UNREACHABLE'
      const { retryAfterMs } = (error ?? {}) as { retryAfterMs?: unknown }
      const asked = typeof retryAfterMs === 'number' && { retryAfterMs }
      return { error: { code, message: messageOf(error), ...asked }, at: clock.now() }
    }
  }

  #add(part: Partial<CheckReadings>): void {
    this.#readings = { ...this.#readings, ...part }
    if (!this.#abort.signal.aborted) this.options.changed()
  }
}
