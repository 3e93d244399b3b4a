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
  /** Queries that are not answered yet. */
  #open = 0

  constructor(private readonly options: MeasurementOptions) {
    const { policy, purpose, step, generation, clock } = options
    this.#readings = { step, purpose, generation, startedAt: clock.now(), metrics: {} }
    for (const rule of policy.rules) this.#askFor(rule)
    if (purpose === 'check' && policy.traffic !== undefined) {
      const { query, provider } = policy.traffic
      this.#ask(query, provider, traffic => ({ traffic }))
    }
  }

  get readings(): CheckReadings {
    return this.#readings
  }

  stop(): void {
    this.#abort.abort()
  }

  #askFor({ name, query, baselineQuery, baseline, provider }: MetricRule): void {
    const { purpose } = this.options
    const put = (part: 'metric' | 'baseline') => (reading: Reading) => ({
      metrics: { ...this.#readings.metrics, [name]: { ...own(this.#readings.metrics, name), [part]: reading } },
    })
    const wantsBaseline = purpose === 'baseline' || baseline === 'each_check'
    const other = baselineQuery !== undefined && wantsBaseline
    if (purpose === 'check' || !other) this.#ask(query, provider, put('metric'))
    if (other) this.#ask(baselineQuery, provider, put('baseline'))
  }

  /** Asks, and adds what the answer brings; the last answer is the end of the measurement, and not told of twice. */
  #ask(query: string, name: string | undefined, part: (reading: Reading) => Partial<CheckReadings>): void {
    this.#open++
    void this.#readingOf(query, name).then(reading => {
      this.#open--
      this.#readings = { ...this.#readings, ...part(reading) }
      if (this.#open === 0) this.#readings = { ...this.#readings, endedAt: this.options.clock.now() }
      if (!this.#abort.signal.aborted) this.options.changed()
    })
  }

  async #readingOf(query: string, name: string | undefined): Promise<Reading> {
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
}
