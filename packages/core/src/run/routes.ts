import { withDeadline } from '../deadline.js'
import { shows } from '../decide/standing.js'
import { BirdWatchError, codeOf, type ErrorCode, messageOf, silence } from '../errors.js'
import type { Json } from '../json.js'
import type { Clock, TrafficRouter } from '../ports.js'
import type { Effect, EffectOutcome, ProcessFacts, Snapshot } from '../snapshot.js'
import type { RolloutState } from '../state.js'
import { ProcessMemory } from './process.js'

/** An effect that changes the traffic. */
export type Write = Extract<Effect, { kind: 'rollback' | 'shift' | 'prepare' | 'promote' }>

const lookMs = 5000

export const isWrite = ({ kind }: Effect): boolean =>
  kind === 'rollback' || kind === 'shift' || kind === 'prepare' || kind === 'promote'

/** The routes of one rollout: what is seen of them, what is written to them, and what this process learns by it. */
export class Routes {
  /** How the last write ended. */
  last: EffectOutcome | undefined
  readonly #memory: ProcessMemory
  /** What was read at the source, for the next pass to decide upon. */
  #live: Snapshot['traffic'] | undefined

  /**
   * @param lifetimeMs a write decided longer ago is not sent, and one that was sent has landed or died by then
   * @param doubtUntil when every request of an earlier process has died, epoch milliseconds
   */
  constructor(
    private readonly router: TrafficRouter,
    private readonly clock: Clock,
    private readonly lifetimeMs: number,
    doubtUntil: number | undefined,
  ) {
    this.#memory = new ProcessMemory(clock.now(), doubtUntil)
  }

  /** What is there, as it was just read at the source or as the router knows it; and what production selected when that was seen last. */
  async see(
    state: RolloutState,
    target: Json,
  ): Promise<{ traffic: Snapshot['traffic']; process: ProcessFacts; production: string | undefined }> {
    const live = this.#live
    const traffic = live ?? (await this.#observe(state, target, false))
    const seen = live !== undefined && live.state !== 'unknown'
    this.#memory.saw(traffic, this.clock.now(), seen)
    return { traffic, process: this.#memory.facts(seen), production: this.#memory.production }
  }

  /** What was read at the source has been decided upon. */
  forget(): void {
    this.#live = undefined
  }

  /** When weight 0 can be proven by a look at the source, if that matters: when every request of ours has died. */
  provenAt({ phase }: RolloutState, traffic: Snapshot['traffic']): number | undefined {
    const matters = ['RollingBack', 'Baselining', 'Promoting'].includes(phase) && shows(traffic, 0)
    return matters ? this.#memory.doubtUntil : undefined
  }

  /** Reads past every cache; the next pass decides upon it. */
  async look(state: RolloutState, stop: AbortSignal): Promise<void> {
    const traffic = await this.#observe(state, state.target.ref, true)
    if (stop.aborted) return
    this.#live = traffic
    if (traffic.state === 'unknown') throw new BirdWatchError('TRAFFIC_UNREACHABLE', traffic.reason)
  }

  /** A raise or a promotion that is under way may still land. */
  doubt(): void {
    this.#memory.doubt(this.clock.now() + this.lifetimeMs)
  }

  /** Sends a write; one that was decided long ago has only the rest of its lifetime, or is not sent at all. */
  async write(write: Write, state: RolloutState, decidedAt: number, stop: AbortSignal): Promise<void> {
    const { clock } = this
    const { step, target } = state
    const { kind } = write
    const left = decidedAt + this.lifetimeMs - clock.now()
    if (left <= 0) return
    const toCanary = kind === 'shift' || kind === 'promote'
    this.#memory.underWay = toCanary
    try {
      const deadline = { ms: left, late: silence('TRAFFIC_UNREACHABLE', left), signal: stop, clock }
      await withDeadline(deadline, signal => this.#send(write, target.ref, signal))
      this.last = { kind, step, at: clock.now() }
      this.#memory.answered(clock.now(), kind === 'shift' ? step : undefined)
    } catch (error) {
      const code: ErrorCode = codeOf(error) ?? 'TRAFFIC_UNREACHABLE'
      if (code === 'TRAFFIC_UNREACHABLE' && toCanary) this.doubt()
      this.last = { kind, step, at: clock.now(), error: { code, message: messageOf(error) } }
      if (code !== 'TRAFFIC_STALE') throw error
      // What is remembered is out of date: the next decision needs what is there.
      await this.look(state, stop)
    } finally {
      this.#memory.underWay = false
    }
  }

  #send(write: Write, target: Json, signal: AbortSignal): Promise<void> {
    switch (write.kind) {
      case 'rollback':
        return this.router.rollback(target, { signal })
      case 'shift':
        return this.router.shift(target, write.weight, { token: write.token, signal })
      case 'prepare':
        return this.router.prepare(target, { version: write.version, signal })
      case 'promote':
        return this.router.promote(target, { version: write.version, signal })
    }
  }

  async #observe({ weight, from }: RolloutState, target: Json, live: boolean): Promise<Snapshot['traffic']> {
    const ms = live ? this.lifetimeMs : lookMs
    const look = (signal: AbortSignal) => this.router.observe(target, { expected: [weight, from], live, signal })
    try {
      return await withDeadline({ ms, late: silence('TRAFFIC_UNREACHABLE', ms), clock: this.clock }, look)
    } catch (error) {
      return { state: 'unknown', reason: `the routes can not be read: ${messageOf(error)}` }
    }
  }
}
