import type { Phase } from '../phase.js'
import type { Policy } from '../policy.js'
import type { ReadyTraffic } from '../ports.js'
import { levelOf, type Reason } from '../reasons.js'
import type { Effect, Refusal, Snapshot } from '../snapshot.js'
import { type Command, type CommandName, inProgress, type RolloutState } from '../state.js'
import { enqueue } from './outbox.js'
import { type Standing, standingOf } from './standing.js'

/** One decision in the making: the state as it was, the state as it becomes, and what is to be done. Lives in one call. */
export class Turn {
  state: RolloutState
  readonly effects: Effect[] = []
  readonly wakes: number[] = []
  /** The readings at hand were judged, or can not be: the runner drops them. */
  used = false
  /** Nothing that is decided may wait for a save: the canary is sick, or its traffic is taken away. */
  urgent = false
  command: Command | undefined
  readonly standing: Standing

  constructor(
    readonly wanted: Policy | Refusal,
    readonly before: RolloutState,
    readonly snapshot: Snapshot,
  ) {
    this.state = before
    this.standing = standingOf(before, snapshot)
    this.command = snapshot.command
  }

  get now(): number {
    return this.snapshot.now
  }
  get policy(): Policy {
    return this.state.policy
  }
  get traffic(): ReadyTraffic | undefined {
    return this.snapshot.traffic.state === 'ready' ? this.snapshot.traffic : undefined
  }
  /** The phase, or the one it was paused in. */
  get origin(): Phase {
    return this.state.pause?.from ?? this.state.phase
  }
  /** The canary may have traffic, by our hand or somebody else's; before that, ending takes no write. */
  get moved(): boolean {
    const untouched = ['Waiting', 'Baselining', 'Promoted', 'RolledBack'].includes(this.origin)
    return this.state.pause?.foreign !== undefined || (this.origin === 'Invalid' ? this.state.weight > 0 : !untouched)
  }
  /** Why there is no traffic to look at. */
  get absence(): string {
    return this.snapshot.traffic.state === 'ready' ? '' : this.snapshot.traffic.reason
  }
  /** Nothing is written: somebody else has the traffic in hand, or the policy only observes. */
  get handsOff(): boolean {
    return this.state.pause?.foreign !== undefined || this.policy.mode === 'observe'
  }
  /** A raise is decided and not applied. */
  get raisePending(): boolean {
    return this.standing === 'unapplied' && this.state.weight > this.state.from
  }
  /** No pod of production can serve: moving traffic there would be an outage. */
  get productionLost(): boolean {
    const { production, unknown } = this.snapshot.readiness
    return unknown === undefined && (production?.available ?? 0) === 0
  }
  get canary(): { available: number; desired: number; failed: boolean } {
    const { available = 0, desired = 0, failed = false } = this.snapshot.readiness.canary ?? {}
    return { available, desired, failed }
  }

  set(changes: { [K in keyof RolloutState]?: RolloutState[K] | undefined }): void {
    this.state = { ...this.state, ...(changes as Partial<RolloutState>) }
  }

  effect(effect: Effect): void {
    this.effects.push(effect)
  }

  /** Decide again at this time at the latest. */
  wakeAt(at: number): void {
    this.wakes.push(at)
  }

  /** Puts a reason on the rollout; people are told when it is a new one and not silent. */
  because(reason: Reason): void {
    const fresh = this.state.reason.code !== reason.code
    this.set({ reason })
    if (fresh) this.say(reason)
  }

  /** Tells people, whatever the rollout's own reason is. */
  say(reason: Reason): void {
    if (levelOf(reason) !== 'silent') this.state = enqueue(this.state, reason, this.now)
  }

  /** Enters a phase. */
  go(phase: Phase, reason: Reason, changes: { [K in keyof RolloutState]?: RolloutState[K] | undefined } = {}): void {
    this.set({ phase, since: this.now, progressAt: this.now, stuckAt: undefined, ...changes, reason })
    if (!inProgress(this.state)) this.set({ pause: undefined })
    this.say(reason)
  }

  /** Wants another weight: a new step. The runner saves it before it is applied, except for 0. */
  want(weight: number): void {
    const kept = this.standing === 'unapplied' ? this.before : undefined
    this.set({
      step: this.before.step + 1,
      weight,
      from: kept?.from ?? this.before.weight,
      fromStep: kept?.fromStep ?? this.before.step,
      generation: this.traffic?.generation,
      decidedAt: this.now,
      nextCheckAt: this.now + this.policy.intervalMs + this.policy.settleMs,
    })
  }

  /** Takes back a raise that is decided and not applied: it must not happen after what is decided now. */
  withdraw(): void {
    if (this.raisePending) this.want(this.before.from)
  }

  /** Moves the canary to a weight above 0, or down to a limit. */
  shift(): void {
    const token = this.traffic?.token
    this.effect({ kind: 'shift', weight: this.state.weight, token })
  }

  /** All traffic back to production. */
  rollBack(reason: Reason, next?: 'restart'): void {
    this.want(0)
    this.go('RollingBack', reason, { next, pause: undefined, blocked: undefined, nextCheckAt: undefined })
    this.sendBack()
  }

  /** Weight 0, whatever is there. */
  sendBack(): void {
    this.urgent = true
    this.effect({ kind: 'rollback' })
  }

  /** True when a person commands this now; the command then counts as accepted. */
  accept(...names: CommandName[]): boolean {
    const { command } = this
    if (command === undefined || !names.some(name => name === command.name)) return false
    this.record(command)
    return true
  }

  refuse(command: Command, why: string): void {
    this.record(command, why)
    this.say({ code: 'command_refused', command: command.name, why })
  }

  private record(command: Command, refused?: string): void {
    this.command = undefined
    this.set({ lastCommand: { ...command, at: this.now, refused } })
    this.effect({ kind: 'acknowledge', id: command.id })
  }
}

/** A rule of the decision: true when it applied, and nothing after it is looked at. */
export type Rule = (turn: Turn) => boolean
