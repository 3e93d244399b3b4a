import { withDeadline } from '../deadline.js'
import { checkDue } from '../decide/check.js'
import { type Decision, decide } from '../decide/decide.js'
import { delivered } from '../decide/outbox.js'
import { initialState } from '../decide/restart.js'
import { shows, standingOf } from '../decide/standing.js'
import { BirdWatchError, codeOf, type ErrorCode, messageOf, silence } from '../errors.js'
import type { Effect, EffectOutcome, Snapshot } from '../snapshot.js'
import { inProgress, type RolloutState } from '../state.js'
import { Couriers } from './couriers.js'
import { Measurement } from './measurement.js'
import { observe, readinessOf } from './observe.js'
import type { PassInput, PassResult, RunnerOptions } from './options.js'
import { ProcessMemory } from './process.js'
import { Saver } from './saver.js'
import { isWrite, send, type Write } from './send.js'

const slowSaveMs = 60_000
const unseenMs = 1000
/** What could not be seen is looked at again this much later, milliseconds. */
const blindMs = 5000
const backOff = (failures: number) => Math.min(100 * 2 ** failures, 5000)

/** Writes that follow from one decision, one after the other, beside the passes. */
interface Job {
  /** `ending`: what follows a rollback whose weight 0 was seen. */
  readonly kind: 'rollback' | 'ending' | 'other'
  readonly stop: AbortController
}

/**
 * Carries one rollout: a pass observes, decides, has it saved and applied, and says when to come back. Passes are
 * level-triggered: any number of them, at any time, in any process that holds the state, lead to the same end.
 * A pass awaits no write: while one is under way, the next pass can still decide on a rollback, which takes its place.
 */
export class Runner {
  readonly #memory: ProcessMemory
  readonly #saver: Saver
  readonly #couriers: Couriers
  #state: RolloutState | undefined
  #measurement: Measurement | undefined
  #lastEffect: EffectOutcome | undefined
  #job: Job | undefined
  #live: Snapshot['traffic'] | undefined
  /** Counts commits and answers, so that a pass notices what happened while it looked. */
  #events = 0
  /** Something is remembered that is not saved, and need not be at once. */
  #unsaved = false
  #acknowledging = false
  #failures = 0
  #notBefore = Number.NEGATIVE_INFINITY
  #passes: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: RunnerOptions) {
    const { ports, state, since, wake } = options
    const { clock, store, notifier, logger } = ports
    const now = clock.now()
    const taken = since ?? (state === undefined ? undefined : now)
    this.#memory = new ProcessMemory(now, taken === undefined ? undefined : taken + this.#lifetimeMs)
    this.#saver = new Saver(store, clock, this.#lifetimeMs, state?.rev ?? 0)
    const courier = { clock, logger, timeoutMs: options.notifyTimeoutMs ?? 10_000, changed: wake }
    this.#couriers = new Couriers(notifier, courier, state?.handle)
    this.#state = state
  }

  /** The state decided last. */
  get state(): RolloutState | undefined {
    return this.#state
  }

  get #lifetimeMs(): number {
    return this.options.requestLifetimeMs ?? 10_000
  }

  /**
   * One pass; passes never overlap. Rejects with `STORE_CONFLICT` when another writer has saved: make a new runner from
   * what is stored.
   */
  pass(input: PassInput): Promise<PassResult> {
    const turn = this.#passes.then(() => this.#pass(input))
    this.#passes = turn.catch(() => {})
    return turn
  }

  /** Ends what is under way; what was saved is continued by the next runner. */
  stop(): void {
    this.#job?.stop.abort()
    this.#measurement?.stop()
    this.#couriers.stop()
    this.#saver.stop()
  }

  async #pass(input: PassInput): Promise<PassResult> {
    const { key, ports } = this.options
    let known: RolloutState
    let state: RolloutState
    let snapshot: Snapshot
    let events: number
    // State and snapshot must belong together: when a write was answered meanwhile, look again.
    do {
      this.#saver.throwIfLost()
      events = this.#events
      known = this.#state ?? initialState(key, input.policy, input.target, ports.clock.now())
      state = delivered(known, this.#couriers.seq, this.#couriers.handle)
      snapshot = await this.#snapshot(input, state)
    } while (events !== this.#events)
    this.#live = undefined
    if (state !== known) this.#unsaved = true
    const decision = decide(input.policy, state, snapshot)
    const rollsBack = decision.effects.some(effect => effect.kind === 'rollback')
    if (rollsBack || decision.save === 'beside') this.#atOnce(decision, state, rollsBack)
    else if (this.#job === undefined) this.#carryOut(decision, state, snapshot)
    const due = this.#measureMeanwhile(snapshot)
    this.#couriers.send(this.#state?.outbox ?? [])
    const slow = this.#unsaved ? this.#saver.savedAt + slowSaveMs : undefined
    const blind = snapshot.traffic.state === 'unknown' || snapshot.readiness.unknown !== undefined
    const again = blind ? snapshot.now + blindMs : undefined
    const wakes = [decision.wakeAt, slow, due, again, this.#notBefore, this.#certainty(state, snapshot)]
    const later = wakes.filter(at => at !== undefined).filter(at => at > snapshot.now)
    return { state: this.#state ?? state, wakeAt: later.length === 0 ? undefined : Math.min(...later) }
  }

  async #snapshot({ target, deleting = false, command }: PassInput, state: RolloutState): Promise<Snapshot> {
    const { readiness, router, clock } = this.options.ports
    const { ref, canaryVersion } = inProgress(state) ? state.target : target
    const live = this.#live
    const traffic = live ?? (await observe(router, clock, ref, { state }))
    const seen = live !== undefined && live.state !== 'unknown'
    this.#memory.saw(traffic, clock.now(), seen)
    const production = traffic.state === 'ready' ? traffic.versions?.production : undefined
    // What the routes would serve now; only `undo` asks for the version before.
    const productionVersion = (state.phase === 'Promoted' ? undefined : production) ?? state.productionVersion
    return {
      target,
      deleting,
      command,
      traffic,
      readiness: await readinessOf(readiness, clock, ref, { canaryVersion, productionVersion }),
      now: clock.now(),
      process: this.#memory.facts(seen),
      readings: this.#measurement?.readings,
      lastEffect: this.#lastEffect,
    }
  }

  /** When weight 0 can be proven, where that matters: one read at the source after every request of ours has died. */
  #certainty(state: RolloutState, { now, traffic }: Snapshot): number | undefined {
    const { doubtUntil } = this.#memory
    const matters = (state.phase === 'RollingBack' || state.phase === 'Baselining') && shows(traffic, 0)
    if (doubtUntil === undefined || !matters) return undefined
    if (now < doubtUntil) return doubtUntil
    if (this.#job === undefined && now >= this.#notBefore)
      this.#start('other', state, stop => this.#lookLive(state, stop))
    return undefined
  }

  async #lookLive(state: RolloutState, stop: AbortSignal): Promise<void> {
    const { router, clock } = this.options.ports
    const traffic = await observe(router, clock, state.target.ref, { state, live: true, timeoutMs: this.#lifetimeMs })
    if (stop.aborted) return
    this.#live = traffic
    if (traffic.state === 'unknown') throw new BirdWatchError('TRAFFIC_UNREACHABLE', traffic.reason)
  }

  /** What a sick canary leads to waits for nothing: not for its save, nor for another write, which it replaces. */
  #atOnce(decision: Decision, known: RolloutState, rollsBack: boolean): void {
    const { clock } = this.options.ports
    // Weight 0 was seen and its end is being saved: that must not be saved over.
    if (this.#job?.kind === 'ending') return
    const replaced = this.#job?.kind === 'other' ? this.#job : undefined
    if (replaced !== undefined) this.#memory.doubt(clock.now() + this.#lifetimeMs)
    replaced?.stop.abort()
    // The raise that is replaced may have been saved: its step must not stand for two weights.
    const state = replaced ? { ...decision.state, step: known.step + 2 } : decision.state
    if (rollsBack && known.phase !== 'RollingBack') this.#recovered()
    this.#commit({ ...decision, state }, known, this.#measurement)
    if (decision.save !== 'no') this.#saver.saveBeside(() => this.#state ?? state, this.options.wake)
    this.#acknowledgeBeside(decision)
    if (!rollsBack) return
    const last = this.#lastEffect
    // Answered and still not seen: somebody holds the weight, or nothing can be read. No reason to spin.
    if (last?.kind === 'rollback' && last.step === state.step && !last.error) this.#notBefore = last.at + unseenMs
    if (this.#job?.kind === 'rollback' || clock.now() < this.#notBefore) return
    this.#start('rollback', state, stop => this.#write({ kind: 'rollback' }, state, clock.now(), stop))
  }

  /** While a rollback is refused, the command that began it (or was refused meanwhile) is still taken away. */
  #acknowledgeBeside({ effects, state: { id } }: Decision): void {
    const { acknowledge, logger } = this.options.ports
    const command = effects.find(effect => effect.kind === 'acknowledge')
    if (command === undefined || this.#acknowledging || !this.#saver.settled) return
    this.#acknowledging = true
    void Promise.resolve(acknowledge?.(command.id))
      .then(this.options.wake, (error: Error) =>
        logger.warn('a command was not taken away', { rollout: id, message: error.message }),
      )
      .finally(() => {
        this.#acknowledging = false
      })
  }

  /** Everything else is saved first, then applied; after a failure, not before its back-off is over. */
  #carryOut(decision: Decision, known: RolloutState, snapshot: Snapshot): void {
    const { clock } = this.options.ports
    if (clock.now() < this.#notBefore) return
    const based = this.#measurement
    if (decision.save === 'soon') this.#unsaved = true
    const slow = this.#unsaved && clock.now() >= this.#saver.savedAt + slowSaveMs
    // A write is fenced by a save of the same pass: a process that no longer leads finds out before it writes.
    const must = decision.save === 'now' || slow || decision.effects.some(isWrite)
    if (!must) this.#commit(decision, known, based)
    if (!must && decision.effects.length === 0) return
    const ending = known.phase === 'RollingBack' && decision.state.phase !== 'RollingBack'
    this.#start(ending ? 'ending' : 'other', decision.state, async stop => {
      if (must) await this.#save(decision, known, stop, based)
      // What was measured while the save was under way is decided upon first.
      const newer = must && this.#measurement !== undefined && this.#measurement !== based
      for (const effect of newer ? [] : decision.effects)
        if (!stop.aborted) await this.#apply(effect, decision.state, snapshot, stop)
    })
  }

  /** The canary is checked when it is due, also while a decision waits for its save: its sickness must not wait with it. */
  #measureMeanwhile(snapshot: Snapshot): number | undefined {
    const state = this.#state
    const due = state && checkDue(state, { ...snapshot, readings: this.#measurement?.readings })
    if (state === undefined || due === undefined || due > snapshot.now) return due
    this.#measure('check', state, snapshot)
    return undefined
  }

  /** Runs writes beside the passes; when one fails, the rest is left to a later pass. */
  #start(kind: Job['kind'], state: RolloutState, work: (stop: AbortSignal) => Promise<void>): void {
    const job = { kind, stop: new AbortController() }
    const { signal } = job.stop
    const failed = (error: unknown) => signal.aborted || this.#failed(kind, state, error)
    this.#job = job
    void work(signal)
      .then(() => signal.aborted || this.#recovered(), failed)
      .finally(() => {
        this.#events++
        if (this.#job === job) this.#job = undefined
        this.options.wake()
      })
  }

  async #save(
    decision: Decision,
    known: RolloutState,
    stop: AbortSignal,
    based: Measurement | undefined,
  ): Promise<void> {
    this.#unsaved = true
    await this.#saver.save(decision.state)
    if (stop.aborted) return
    this.#unsaved = false
    this.#commit(decision, known, based)
  }

  #commit(decision: Decision, known: RolloutState, based: Measurement | undefined): void {
    this.#events++
    const { rev } = this.#saver
    this.#state = decision.state.rev === rev ? decision.state : { ...decision.state, rev }
    if (decision.used && this.#measurement === based) {
      this.#measurement?.stop()
      this.#measurement = undefined
    }
    if (decision.save !== 'now' && decision.save !== 'beside') return
    try {
      this.options.decided?.(decision, known)
    } catch (error) {
      this.options.ports.logger.error('a listener failed', { rollout: known.id, message: messageOf(error) })
    }
  }

  async #apply(effect: Effect, state: RolloutState, snapshot: Snapshot, stop: AbortSignal): Promise<void> {
    if (effect.kind === 'measure') this.#measure(effect.purpose, state, snapshot)
    else if (effect.kind === 'look') await this.#lookLive(state, stop)
    else if (effect.kind === 'acknowledge') await this.options.ports.acknowledge?.(effect.id)
    else await this.#write(effect, state, snapshot.now, stop)
  }

  #measure(purpose: 'baseline' | 'check', state: RolloutState, snapshot: Snapshot): void {
    const { policy } = state
    const { traffic, process } = snapshot
    // A weight that is not applied is not what is measured.
    const step = standingOf(state, snapshot) === 'unapplied' ? state.fromStep : state.step
    const { metrics: provider, clock } = this.options.ports
    const generation = traffic.state === 'ready' ? traffic.generation : undefined
    const { queryTimeoutMs: timeoutMs = 10_000, wake: changed } = this.options
    this.#measurement?.stop()
    const { heldSince: from } = process
    const about = { policy, purpose, step, generation, from }
    this.#measurement = new Measurement({ ...about, provider, clock, timeoutMs, changed })
  }

  /** Sends a write; one that was decided long ago has only the rest of its lifetime, or is not sent at all. */
  async #write(write: Write, state: RolloutState, decidedAt: number, stop: AbortSignal): Promise<void> {
    const { clock, router } = this.options.ports
    const { step, target } = state
    const { kind } = write
    const left = decidedAt + this.#lifetimeMs - clock.now()
    if (left <= 0) return
    try {
      const deadline = { ms: left, late: silence('TRAFFIC_UNREACHABLE', left), signal: stop, clock }
      await withDeadline(deadline, signal => send(router, write, target.ref, signal))
      this.#lastEffect = { kind, step, at: clock.now() }
      this.#memory.answered(clock.now(), kind === 'shift' ? step : undefined)
    } catch (error) {
      const code: ErrorCode = codeOf(error) ?? 'TRAFFIC_UNREACHABLE'
      if (code === 'TRAFFIC_UNREACHABLE' && kind === 'shift') this.#memory.doubt(clock.now() + this.#lifetimeMs)
      this.#lastEffect = { kind, step, at: clock.now(), error: { code, message: messageOf(error) } }
      if (code !== 'TRAFFIC_STALE') throw error
      // What is remembered is out of date: the next decision needs what is there.
      await this.#lookLive(state, stop)
    }
  }

  #recovered(): void {
    this.#failures = 0
    this.#notBefore = Number.NEGATIVE_INFINITY
  }

  #failed(what: Job['kind'], { id, phase }: RolloutState, error: unknown): void {
    const { clock, logger } = this.options.ports
    this.#notBefore = clock.now() + backOff(this.#failures++)
    logger.warn('a write failed', { rollout: id, phase, what, code: codeOf(error), message: messageOf(error) })
  }
}
