import type { Json } from './json.js'
import type { Notice } from './notice.js'
import type { RolloutState } from './state.js'

/**
 * What the engine asks of the world. A plugin implements one of the first three interfaces; the rest have defaults.
 * Every promise may reject with a `BirdWatchError`; anything else that is thrown counts as retryable.
 */

/** Reads a health metric. One instance serves many rollouts. */
export interface MetricProvider {
  /** Version of this interface; the host refuses any other. */
  readonly contract: 1
  /** How far the provider's data lags behind the present, in milliseconds (default 0); the runner asks for `now - lagMs`. */
  readonly lagMs?: number
  /** Asks whether the provider can be reached and lets us in; the host calls it at start and repeats it until it resolves. */
  check?(signal: AbortSignal): Promise<void>
  /** Evaluates an expression to one number; the host enforces the deadline through `signal`, the provider must obey it. */
  query(expression: string, options: QueryOptions): Promise<Sample>
}

export interface QueryOptions {
  /** The moment to evaluate at, epoch milliseconds. */
  readonly at: number
  /** Since when the present weight has been in effect, epoch milliseconds: older data mixes in another weight. */
  readonly from?: number
  readonly signal: AbortSignal
}

export interface Sample {
  /** The finite number found, or null for no data (no series, NaN). */
  readonly value: number | null
  /** When the provider says it was measured, epoch milliseconds. */
  readonly at?: number
}

/** What the router knows of the traffic of one target. A simple router returns only `state` and `weight`. */
export type Traffic = ReadyTraffic | AbsentTraffic

export interface ReadyTraffic {
  readonly state: 'ready'
  /** The canary's share, in percent. Where the router's own units are coarser, see `ObserveOptions.expected`. */
  readonly weight: number
  /** False when the routes of the target disagree about the weight (default true). */
  readonly uniform?: boolean
  /**
   * One sentence on why the canary may not get more of what is there. It blocks the start of a rollout and every raise
   * (a promotion that follows from checks too), and nothing else: less traffic, and none, must always be possible.
   */
  readonly problem?: string
  /** The smallest share above 0 that the routes can express, in percent (default 1). */
  readonly resolution?: number
  /** False while a promotion still has a step to take; left out by routers that promote in one step. */
  readonly settled?: boolean
  /** The versions the two destinations select; left out by routers that do not label them. */
  readonly versions?: { readonly production: string; readonly canary: string }
  /** Rises with every change of the routes' object; an unrelated edit of it may raise it too. */
  readonly generation?: number
  /** Who wrote the routes or versions last; `self` when that was this router, in this or an earlier process. */
  readonly writer?: { readonly name: string; readonly self: boolean }
  /** Names the version that was observed; `shift` refuses to write over any other. */
  readonly token?: string
}

export interface AbsentTraffic {
  /** `missing`: there is nothing to route with. `unusable`: it is there, and its weights or versions can not be told. */
  readonly state: 'missing' | 'unusable'
  /** One sentence for people: what was found, what is expected, what to do. */
  readonly reason: string
}

export interface ObserveOptions {
  /**
   * The weights this engine may have asked for last, the present one first. A router with units coarser than a percent
   * reports the first of these that its units stand for, so that rounding is never mistaken for somebody's change.
   */
  readonly expected?: readonly number[]
  /** Read past every cache, at the source; the runner asks for it where a decision cannot be taken back. */
  readonly live?: boolean
  readonly signal: AbortSignal
}

/**
 * Moves traffic. `target` is the router's own JSON, kept in the state of the rollout. Every method is idempotent:
 * the runner repeats it after a crash or a lost answer.
 */
export interface TrafficRouter {
  /** Version of this interface; the host refuses any other. */
  readonly contract: 1
  /** The present traffic, from memory where the router keeps one; it must show this router's own answered writes. */
  observe(target: Json, options: ObserveOptions): Promise<Traffic>
  /** Points the canary destination at `version`; the engine calls it only while the canary's weight is 0. */
  prepare(target: Json, change: { version: string; signal: AbortSignal }): Promise<void>
  /** Sets the canary's weight; must reject with `TRAFFIC_STALE`, unwritten, when `token` is given and no longer current. */
  shift(target: Json, weight: number, change: { token?: string; signal: AbortSignal }): Promise<void>
  /** Sets the canary's weight to 0 whatever was there; takes no token, because it must not lose a race. */
  rollback(target: Json, change: { signal: AbortSignal }): Promise<void>
  /**
   * Makes `version` production, and gives it all traffic. A router that needs more than one step takes the next one at
   * each call and shows `settled: false` until the last; the engine leaves the policy's `propagation` between them.
   */
  promote(target: Json, change: { version: string; signal: AbortSignal }): Promise<void>
  /** Calls `changed` when what `observe` returns may have changed; returns a function that ends it. */
  watch?(target: Json, changed: () => void): () => void
}

/** Tells people. The host retries, keeps the order and bounds the time; a failure never touches the rollout. */
export interface Notifier {
  /** Version of this interface; the host refuses any other. */
  readonly contract: 1
  /** Asks whether the service can be reached and lets us in; the host calls it at start. */
  check?(signal: AbortSignal): Promise<void>
  /**
   * Delivers one notice; delivering the same `id` twice must be harmless. What it returns as `handle` is passed back at
   * the rollout's next notice, so that one live message can be updated.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a notifier without handles is written without `return`.
  notify(notice: Notice, options: { handle?: Json; signal: AbortSignal }): Promise<{ handle?: Json } | void>
}

/** Keeps the state of one rollout. */
export interface RolloutStore {
  /** Saves when the stored `rev` still equals `expectedRev`, else rejects with `STORE_CONFLICT`: the fence between two writers. */
  save(state: RolloutState, expectedRev: number): Promise<void>
  /** The state saved last, or undefined; a host that hands the state in itself need not have it. */
  load?(): Promise<RolloutState | undefined>
}

/** How many instances of a version can serve. */
export interface Availability {
  readonly available: number
  readonly desired: number
  /** True when it can not be expected to become available by itself (e.g. its progress deadline has passed). */
  readonly failed?: boolean
}

export interface ReadinessReport {
  /** Undefined when there is no such workload (yet). */
  readonly canary?: Availability
  readonly production?: Availability
  /** Names the canary's build; another revision under the same version is another rollout. */
  readonly revision?: string
  /** Why nothing is known now: nothing begins or rises then, and nothing is taken for dead. The runner sets it when a read fails. */
  readonly unknown?: string
  /** For people: what was looked for and not found. */
  readonly looked?: string
}

/** Says whether the versions can serve. The default says that both always can. */
export interface Readiness {
  read(
    target: Json,
    query: { canaryVersion: string; productionVersion?: string },
  ): ReadinessReport | Promise<ReadinessReport>
}

/** Time, injected so that a simulation can own it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Resolves after `ms` milliseconds; rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** What one query of a check brought: a value, no data, or the error that stood in its way. */
export type Reading =
  | { readonly value: number | null; readonly at: number }
  | { readonly error: ReadingError; readonly at: number }

/** Why a query brought neither. */
export interface ReadingError {
  readonly code: string
  readonly message: string
  /** How long the provider asks to be left alone, milliseconds. */
  readonly retryAfterMs?: number
}

export type Verdict = 'healthy' | 'unhealthy' | 'inconclusive'

/** The judge's finding on one metric: the verdict, the numbers it rests on, and what it wants to remember. */
export interface Judgement {
  readonly verdict: Verdict
  readonly numbers: {
    readonly reading?: number
    readonly baseline?: number
    readonly allowed: number
    /** Why a verdict is inconclusive. */
    readonly cause?: 'no_data' | 'error' | 'no_baseline' | 'low_traffic'
    /** The error's own words. */
    readonly detail?: string
    /** True when what deviated is an improvement by the usual reading of the metric. */
    readonly improved?: boolean
  }
  readonly memory?: Json
}

/** Decides on one metric from its readings alone: pure, no clock, no I/O. `deviation` is the first. */
export type Judge<Rule> = (
  rule: Rule,
  readings: { readonly metric: Reading; readonly baseline?: Reading },
  context: { readonly weight: number; readonly window: number },
  memory: Json | undefined,
) => Judgement
