import { withDeadline } from '../deadline.js'
import { checkDue } from '../decide/check.js'
import { type Decision, decide } from '../decide/decide.js'
import { unseenMs } from '../decide/finish.js'
import { delivered, keepTold } from '../decide/outbox.js'
import { initialState } from '../decide/restart.js'
import { standingOf } from '../decide/standing.js'
import { messageOf, silence } from '../errors.js'
import type { Json } from '../json.js'
import type { ReadinessReport } from '../ports.js'
import type { Effect, Snapshot } from '../snapshot.js'
import { inProgress, type RolloutState } from '../state.js'
import { Couriers } from './couriers.js'
import { Measurement } from './measurement.js'
import type { PassInput, PassResult, RunnerOptions } from './options.js'
import { isWrite, Routes } from './routes.js'
import { Saver } from './saver.js'
import { Work } from './work.js'

const slowSaveMs = 60_000
/** What could not be seen is looked at again this much later, milliseconds. */
const blindMs = 5000
const readinessMs = 5000

const isMeasurement = (effect: Effect) => effect.kind === 'measure'

/**
 * Carries one rollout: a pass observes, decides, has it saved and applied, and says when to come back. Passes are
 * level-triggered: any number of them, at any time, in any process that holds the state, lead to the same end.
 * A pass awaits no write: while one is under way, the next pass can still decide on a rollback, which takes its place.
 */
export class Runner {
  readonly #routes: Routes
  readonly #saver: Saver
  readonly #couriers: Couriers
  readonly #work: Work
  #state: RolloutState | undefined
  /** What was decided and is being saved: it may be what the store holds already. */
  #saving: RolloutState | undefined
  #measurement: Measurement | undefined
  /** Counts commits and answers, so that a pass notices what happened while it looked. */
  #events = 0
  /** Something is remembered that is not saved, and need not be at once. */
  #unsaved = false
  #acknowledging = false
  #passes: Promise<unknown> = Promise.resolve()

  constructor(private readonly options: RunnerOptions) {
    const { ports, state, wake, requestLifetimeMs: lifetimeMs = 10_000 } = options
    const { clock, store, notifier, logger } = ports
    const taken = options.since ?? (state === undefined ? undefined : clock.now())
    this.#routes = new Routes(ports.router, clock, lifetimeMs, taken === undefined ? undefined : taken + lifetimeMs)
    this.#saver = new Saver(store, clock, lifetimeMs, state)
    const courier = { clock, logger, timeoutMs: options.notifyTimeoutMs ?? 10_000, changed: wake }
    this.#couriers = new Couriers(notifier, courier, state?.handle)
    this.#work = new Work(clock, logger, () => {
      this.#events++
      wake()
    })
    this.#state = state
  }

  /** The state decided last. */
  get state(): RolloutState | undefined {
    return this.#state
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
    this.#work.stop()
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
      // Only a rollback is decided while something is being saved; it takes the place of that, not of what was told by it.
      const told = this.#saving === undefined ? known : keepTold(known, this.#saving)
      state = delivered(told, this.#couriers.seq, this.#couriers.handle)
      snapshot = await this.#snapshot(input, state)
    } while (events !== this.#events)
    this.#routes.forget()
    if (state !== known) this.#unsaved = true
    const decision = decide(input.policy, state, snapshot)
    const rollsBack = decision.effects.some(effect => effect.kind === 'rollback')
    const sick = decision.save === 'beside'
    if (rollsBack) this.#rollBack(decision, state)
    else if (sick && this.#work.kind === undefined) this.#holdAtOnce(decision, state)
    else if (!sick && this.#work.free) this.#carryOut(decision, state, snapshot)
    this.#couriers.send(this.#saver.tellable(this.#state?.outbox ?? []))
    // An unhealthy reading is kept until it is decided upon.
    const due = sick ? undefined : this.#measureMeanwhile(snapshot)
    const wakes = [decision.wakeAt, due, ...this.#returns(state, snapshot)]
    const later = wakes.filter(at => at !== undefined).filter(at => at > snapshot.now)
    return { state: this.#state ?? state, wakeAt: later.length === 0 ? undefined : Math.min(...later) }
  }

  async #snapshot({ target, deleting = false, command }: PassInput, state: RolloutState): Promise<Snapshot> {
    const { ref, canaryVersion } = inProgress(state) ? state.target : target
    const { traffic, process, production } = await this.#routes.see(state, ref)
    // What the routes would serve now, or when they could be read last; only `undo` asks for the version before.
    const productionVersion = (state.phase === 'Promoted' ? undefined : production) ?? state.productionVersion
    return {
      target,
      deleting,
      command,
      traffic,
      readiness: await this.#readiness(ref, { canaryVersion, productionVersion }),
      now: this.options.ports.clock.now(),
      process,
      readings: this.#measurement?.readings,
      lastEffect: this.#routes.last,
    }
  }

  /** Asks which versions can serve; when that fails or takes too long, nothing is known. */
  async #readiness(
    target: Json,
    versions: { canaryVersion: string; productionVersion?: string },
  ): Promise<ReadinessReport> {
    const { readiness, clock } = this.options.ports
    try {
      const report = readiness.read(target, versions)
      // What is known from a cache is there at once: no timer for it.
      if (!('then' in report)) return report
      const deadline = { ms: readinessMs, late: silence('TRAFFIC_UNREACHABLE', readinessMs), clock }
      return await withDeadline(deadline, () => report)
    } catch (error) {
      return { unknown: `which pods can serve is not known: ${messageOf(error)}` }
    }
  }

  /** When to come back for what no decision tells of. */
  #returns(state: RolloutState, { now, traffic, readiness }: Snapshot): (number | undefined)[] {
    const slow = this.#unsaved ? this.#saver.savedAt + slowSaveMs : undefined
    const blind = traffic.state === 'unknown' || readiness.unknown !== undefined
    const provenAt = this.#routes.provenAt(state, traffic)
    if (provenAt !== undefined && provenAt <= now && this.#work.free)
      this.#work.start('other', state, stop => this.#routes.look(state, stop))
    return [slow, blind ? now + blindMs : undefined, provenAt, this.#work.notBefore]
  }

  /** What a sick canary leads to holds before it is saved. */
  #holdAtOnce(decision: Decision, known: RolloutState): void {
    this.#commit(decision, known, this.#measurement)
    if (decision.save !== 'no') this.#saver.saveBeside(() => this.#state ?? decision.state, this.options.wake)
    this.#acknowledgeBeside(decision)
  }

  /** Weight 0 waits for nothing: not for its save, nor for another write, which it replaces. */
  #rollBack(decision: Decision, known: RolloutState): void {
    const { clock } = this.options.ports
    // Weight 0 was seen and its end is being saved: that must not be saved over.
    if (this.#work.kind === 'ending') return
    const replaced = this.#work.kind === 'other'
    if (replaced) {
      this.#routes.doubt()
      this.#work.stop()
      this.#saving = undefined
    }
    // The raise that is replaced may have been saved: its step must not stand for two weights.
    const state = replaced ? { ...decision.state, step: decision.state.step + 1 } : decision.state
    if (known.phase !== 'RollingBack') this.#work.recovered()
    this.#holdAtOnce({ ...decision, state }, known)
    const { last } = this.#routes
    // Answered and still not seen: somebody holds the weight, or nothing can be read. No reason to spin.
    if (last?.kind === 'rollback' && last.step === state.step && !last.error) this.#work.wait(last.at + unseenMs)
    if (this.#work.kind === 'rollback' || this.#work.backsOff) return
    this.#work.start('rollback', state, stop => this.#routes.write({ kind: 'rollback' }, state, clock.now(), stop))
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
    const based = this.#measurement
    if (decision.save === 'soon') this.#unsaved = true
    const slow = this.#unsaved && this.#saver.settled && snapshot.now >= this.#saver.savedAt + slowSaveMs
    // A write is fenced by a save of the same pass: a process that no longer leads finds out before it writes.
    const must = decision.save === 'now' || slow || decision.effects.some(isWrite)
    if (!must) this.#commit(decision, known, based)
    // A command is taken away when what became of it is saved.
    const answered = must || this.#saver.settled
    const effects = answered ? decision.effects : decision.effects.filter(({ kind }) => kind !== 'acknowledge')
    if (!must && effects.every(isMeasurement)) {
      // Nobody waits for a query: it is no work, at whose end a pass would have to look what follows.
      for (const { purpose } of effects) this.#measure(purpose, decision.state, snapshot)
      return
    }
    const ending = known.phase === 'RollingBack' && decision.state.phase !== 'RollingBack'
    this.#work.start(ending ? 'ending' : 'other', decision.state, async stop => {
      if (must) await this.#save(decision, known, stop, based)
      // What was measured while the save was under way is decided upon first.
      const newer = must && this.#measurement !== undefined && this.#measurement !== based
      for (const effect of newer ? [] : effects)
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

  async #save(
    decision: Decision,
    known: RolloutState,
    stop: AbortSignal,
    based: Measurement | undefined,
  ): Promise<void> {
    this.#unsaved = true
    this.#saving = decision.state
    const saved = () => {
      if (stop.aborted) return
      this.#unsaved = false
      this.#commit(decision, known, based)
    }
    try {
      await this.#saver.save(decision.state, stop, saved)
    } finally {
      if (!stop.aborted) this.#saving = undefined
    }
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
    else if (effect.kind === 'look') await this.#routes.look(state, stop)
    else if (effect.kind === 'acknowledge') await this.options.ports.acknowledge?.(effect.id)
    else await this.#routes.write(effect, state, snapshot.now, stop)
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
}
