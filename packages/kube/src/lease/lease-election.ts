import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { callListener } from '../base/call-listener.js'
import { type Clock, systemClock } from '../base/clock.js'
import { sleep } from '../base/sleep.js'
import { resourcePath } from '../client/path.js'
import type { Client } from '../client/types.js'
import { isKubeError, KubeError } from '../errors.js'
import { claimed, type Lease, released } from './lease-record.js'

/** One holder's time in office: `transitions` grows whenever the Lease passes to another holder. */
export interface Fence {
  readonly identity: string
  readonly transitions: number
}

export interface LeaseElectionOptions {
  client: Pick<Client, 'get' | 'create' | 'replace'>
  namespace: string
  /** The name of the Lease. */
  name: string
  /** Must differ between any two processes. Default: the host name and a random UUID. */
  identity?: string | undefined
  /** How long the others wait after the last renewal they saw, milliseconds, written as whole seconds. Default 15 000. */
  leaseDurationMs?: number | undefined
  /** How long after sending its last successful renewal the holder still leads, milliseconds. Default 10 000. */
  renewDeadlineMs?: number | undefined
  /** The time between two attempts to renew or to acquire, milliseconds. Default 2 000. */
  retryPeriodMs?: number | undefined
  onStarted?: ((fence: Fence) => void) | undefined
  /** Called on losing the Lease, and on a graceful stop before it is released. */
  onStopped?: ((fence: Fence) => void) | undefined
  /** An attempt failed. Losing a race for the Lease is not a failure. */
  onError?: ((error: unknown) => void) | undefined
  clock?: Clock | undefined
  /** Epoch milliseconds, for the times people read in the Lease. Default `Date.now`. */
  wallClock?: (() => number) | undefined
  random?: (() => number) | undefined
}

interface Term {
  readonly fence: Fence
  readonly until: number
}

/**
 * Elects one leader by a coordination.k8s.io/v1 Lease. Every write of the Lease carries the resourceVersion it was
 * planned on. No clock is compared with another machine's: a candidate waits until the record has not changed for
 * `leaseDurationMs` on its own clock, while the holder stops leading `renewDeadlineMs` after it *sent* its last
 * successful renewal, on its own clock too and whether or not a renewal hangs. So the old leader ends before a new one
 * can begin, as long as their clocks run about equally fast, nobody deletes the Lease, and no process sleeps between
 * asking `isLeader` and acting. That last gap no election can close: guard each write by the resourceVersion it is
 * based on.
 */
export class LeaseElection {
  readonly identity: string
  readonly #options: LeaseElectionOptions
  readonly #clock: Clock
  readonly #path: string
  readonly #collection: string
  readonly #leaseDurationMs: number
  readonly #renewDeadlineMs: number
  readonly #retryPeriodMs: number
  #term: Term | undefined
  #cancelLapse: (() => void) | undefined
  /** The Lease as our last write left it; undefined when it must be read first. */
  #written: Lease | undefined
  /** We asked for the Lease at least once, so it may be ours. */
  #asked = false
  /** The record as it was when it last changed, and when we saw that. */
  #seen: { readonly record: string; readonly at: number } | undefined

  constructor(options: LeaseElectionOptions) {
    const { namespace, name, leaseDurationMs = 15_000, renewDeadlineMs = 10_000, retryPeriodMs = 2_000 } = options
    if (!(leaseDurationMs > renewDeadlineMs && renewDeadlineMs > 1.2 * retryPeriodMs && retryPeriodMs > 0))
      throw new KubeError(
        'KUBE_CONFIG',
        'Expected leaseDurationMs > renewDeadlineMs > 1.2 x retryPeriodMs > 0, ' +
          `found ${leaseDurationMs}, ${renewDeadlineMs} and ${retryPeriodMs}.`,
      )
    const ref = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespace }
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#collection = resourcePath(ref)
    this.#path = resourcePath({ ...ref, name })
    this.#leaseDurationMs = leaseDurationMs
    this.#renewDeadlineMs = renewDeadlineMs
    this.#retryPeriodMs = retryPeriodMs
    this.identity = options.identity ?? `${hostname()}_${randomUUID()}`
  }

  /** Whether this process leads now, by its own clock. Ask before every write, not once. */
  isLeader(): boolean {
    return this.fence !== undefined
  }

  /** The present term, while this process leads. */
  get fence(): Fence | undefined {
    return this.#term && this.#clock.now() < this.#term.until ? this.#term.fence : undefined
  }

  /**
   * Takes part until `signal` aborts, then releases the Lease, so that another leads at once: finish the work first,
   * abort then. Never rejects because of a server.
   */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = this.#clock.now()
      await this.#attempt(signal)
      // Candidates must not ask in step; a holder that lost time on a slow answer must not lose more.
      const jitter = this.isLeader() ? 0 : 0.2 * (this.#options.random ?? Math.random)()
      const period = this.#retryPeriodMs * (1 + jitter)
      await sleep(this.#clock, Math.max(0, startedAt + period - this.#clock.now()), signal)
    }
    this.#endTerm()
    if (this.#asked) await this.#release()
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    try {
      const lease = this.#written ?? (await this.#read(signal))
      if (lease && !this.#mayClaim(lease)) this.#endTerm()
      else await this.#claim(lease, signal)
    } catch (error) {
      this.#report(error, signal)
    }
  }

  async #read(signal: AbortSignal | undefined): Promise<Lease | undefined> {
    try {
      return await this.#options.client.get<Lease>(this.#path, this.#request(signal))
    } catch (error) {
      if (isKubeError(error, 'KUBE_NOT_FOUND')) return undefined
      throw error
    }
  }

  #mayClaim({ spec = {} }: Lease): boolean {
    const { holderIdentity, leaseDurationSeconds } = spec
    if (!holderIdentity || holderIdentity === this.identity) return true
    const record = JSON.stringify(spec)
    const now = this.#clock.now()
    if (this.#seen?.record !== record) this.#seen = { record, at: now }
    const leaseDurationMs = leaseDurationSeconds ? leaseDurationSeconds * 1000 : this.#leaseDurationMs
    return now - this.#seen.at > leaseDurationMs
  }

  async #claim(lease: Lease | undefined, signal: AbortSignal): Promise<void> {
    const { client, namespace, name } = this.#options
    const claim = { identity: this.identity, leaseDurationMs: this.#leaseDurationMs, wallTimeMs: this.#wallTimeMs() }
    const spec = claimed(lease?.spec, claim)
    const sentAt = this.#clock.now()
    this.#asked = true
    this.#written = undefined
    this.#written = lease
      ? await client.replace<Lease>(this.#path, { ...lease, spec }, this.#request(signal))
      : await client.create<Lease>(
          this.#collection,
          { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { namespace, name }, spec },
          this.#request(signal),
        )
    this.#lead({ identity: this.identity, transitions: spec.leaseTransitions ?? 0 }, sentAt + this.#renewDeadlineMs)
  }

  #lead(fence: Fence, until: number): void {
    if (this.fence?.transitions !== fence.transitions) this.#endTerm()
    const isNew = this.#term === undefined
    const leftMs = until - this.#clock.now()
    if (leftMs <= 0) return
    this.#term = { fence, until }
    this.#cancelLapse?.()
    this.#cancelLapse = this.#clock.setTimer(leftMs, () => this.#endTerm())
    if (isNew) callListener(() => this.#options.onStarted?.(fence))
  }

  #endTerm(): void {
    const term = this.#term
    if (!term) return
    this.#term = undefined
    this.#cancelLapse?.()
    callListener(() => this.#options.onStopped?.(term.fence))
  }

  async #release(): Promise<void> {
    try {
      const lease = this.#written ?? (await this.#read(undefined))
      if (lease?.spec?.holderIdentity !== this.identity) return
      const spec = released(lease.spec, this.#wallTimeMs())
      await this.#options.client.replace(this.#path, { ...lease, spec }, this.#request(undefined))
    } catch (error) {
      this.#report(error)
    }
  }

  #report(error: unknown, signal?: AbortSignal): void {
    const isLostRace = isKubeError(error, 'KUBE_CONFLICT', 'KUBE_ALREADY_EXISTS')
    if (!isLostRace && !signal?.aborted) callListener(() => this.#options.onError?.(error))
  }

  /** Half the renew deadline: one request that hangs does not cost the term. */
  #request(signal: AbortSignal | undefined): { timeoutMs: number; signal: AbortSignal | undefined } {
    return { timeoutMs: this.#renewDeadlineMs / 2, signal }
  }

  #wallTimeMs(): number {
    return (this.#options.wallClock ?? Date.now)()
  }
}
