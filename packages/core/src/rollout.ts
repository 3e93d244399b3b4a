import type { Decision } from './decide/decide.js'
import { BirdWatchError } from './errors.js'
import type { Json } from './json.js'
import { definePolicy, type PolicySpec } from './policy.js'
import type { Clock, Logger, MetricProvider, Readiness, RolloutStore, TrafficRouter } from './ports.js'
import { type Reason, render } from './reasons.js'
import type { Recipients } from './run/couriers.js'
import { Runner } from './run/runner.js'
import { type CommandName, isTerminal, type RolloutState } from './state.js'
import { systemClock } from './system-clock.js'

/** What one rollout needs; only the first three ports have no default. */
export interface RolloutOptions {
  /** One provider, or a function that finds the instance a rule names. */
  readonly metrics: MetricProvider | ((name?: string) => MetricProvider)
  readonly router: TrafficRouter
  /** One, or several by their names: each is told in its own time, whatever becomes of the others. */
  readonly notifier?: Recipients
  readonly canaryVersion: string
  /** What the router is told to move, default null. */
  readonly target?: Json
  /** For people, default `canaryVersion`. */
  readonly name?: string
  /** For people, default `name`. */
  readonly service?: string
  /** Default: forgets; give one to go on after a restart. */
  readonly store?: RolloutStore
  /** Default: both versions can always serve. */
  readonly readiness?: Readiness
  readonly clock?: Clock
  /** Default: silent. */
  readonly logger?: Logger
}

/** A decision that changed the rollout. */
export interface RolloutEvent {
  readonly state: RolloutState
  readonly previous: RolloutState
  readonly reason: Reason
  /** The reason in words. */
  readonly message: string
}

export interface Rollout {
  /** Undefined before the first pass. */
  readonly state: RolloutState | undefined
  /** Runs until the rollout ends or `signal` aborts; resolves with the last state, which a later run continues. */
  run(options?: { signal?: AbortSignal }): Promise<RolloutState | undefined>
  /** One pass; resolves with the time of the next, epoch milliseconds. For hosts with a loop of their own. */
  step(): Promise<number | undefined>
  /** Resolves when the command was accepted, rejects with `COMMAND_REFUSED` and the reason why it was not. */
  command(name: CommandName, by?: string): Promise<void>
  /** Calls `listener` at every change; returns a function that ends it. */
  on(listener: (event: RolloutEvent) => void): () => void
}

const always = { available: 1, desired: 1 }
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** The engine inside your own tool. Throws `POLICY_INVALID` at once when the policy is. */
export function createRollout(spec: PolicySpec, options: RolloutOptions): Rollout {
  const policy = definePolicy(spec)
  const { metrics, router, notifier, canaryVersion, store, clock = systemClock, logger = silent } = options
  const { name = canaryVersion, service = name } = options
  const target = { name, service, canaryVersion, ref: options.target ?? null }
  const listeners = new Set<(event: RolloutEvent) => void>()
  const pending: { id?: string; name: string; by?: string; settle: (refused?: string) => void }[] = []
  let commands = 0
  let runner: Runner | undefined
  let last: RolloutState | undefined
  let wake = () => {}

  const decided = ({ state, reason }: Decision, previous: RolloutState) => {
    const event = { state, previous, reason, message: render(reason) }
    for (const listener of listeners) listener(event)
    const { lastCommand } = state
    if (lastCommand !== undefined) pending.find(({ id }) => id === lastCommand.id)?.settle(lastCommand.refused)
  }
  const ports = {
    metrics: typeof metrics === 'function' ? metrics : () => metrics,
    router,
    notifier,
    clock,
    logger,
    store: store ?? { save: async () => {} },
    readiness: options.readiness ?? { read: () => ({ canary: always, production: always }) },
    acknowledge: async (id: string) => {
      if (pending[0]?.id === id) pending.shift()
    },
  }

  async function step(): Promise<number | undefined> {
    runner ??= new Runner({ key: name, state: (await store?.load?.()) ?? last, ports, decided, wake: () => wake() })
    const [first] = pending
    // The revision tells it from the commands of an earlier process.
    if (first !== undefined) first.id ??= `${runner.state?.rev ?? 0}-${++commands}`
    const command = first?.id === undefined ? undefined : { id: first.id, name: first.name, by: first.by }
    return (await runner.pass({ policy, target, command })).wakeAt
  }

  const ended = () => {
    const state = runner?.state ?? last
    return state !== undefined && isTerminal(state) && state.outbox.length === 0 && pending.length === 0
  }

  return {
    get state() {
      return runner?.state ?? last
    },
    step,
    async run({ signal } = {}) {
      const unwatch = router.watch?.(target.ref, () => wake())
      try {
        while (!signal?.aborted && !ended()) {
          const nudge = new AbortController()
          const stop = () => nudge.abort()
          wake = stop
          signal?.addEventListener('abort', stop, { once: true })
          try {
            const wakeAt = await step()
            const wait = wakeAt === undefined ? 2 ** 31 - 1 : wakeAt - clock.now()
            if (!ended()) await clock.sleep(wait, nudge.signal).catch(() => {})
          } finally {
            signal?.removeEventListener('abort', stop)
          }
        }
      } finally {
        unwatch?.()
        last = runner?.state ?? last
        runner?.stop()
        runner = undefined
      }
      return last
    },
    command(command, by) {
      return new Promise((resolve, reject) => {
        const settle = (refused?: string) =>
          refused === undefined ? resolve() : reject(new BirdWatchError('COMMAND_REFUSED', `${command}: ${refused}`))
        pending.push({ name: command, by, settle })
        wake()
      })
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
