import type { RouteRecord } from '@birdwatch/testing'
import { isTerminal, type RolloutState } from '../../src/index.js'
import { longestWatchMs } from './happenings.js'
import type { Process } from './process.js'
import { type Event, type Probe, us, type World } from './world.js'

/** One save as it took effect. */
interface Save {
  readonly world: World
  readonly process: Process
  readonly before: RolloutState | undefined
  readonly after: RolloutState
}

/** One write as it is sent. */
interface Call {
  readonly world: World
  readonly process: Process
  readonly what: string
}

/** One change of the mesh, whoever made it and whenever it was sent. */
interface Landing {
  readonly world: World
  readonly record: RouteRecord
  readonly sinceIncrement: number
  readonly reached: number
}

/** Says what is wrong, or nothing. */
type Law<Fact> = (fact: Fact) => string | false | undefined

const observes = ({ policy }: RolloutState) => policy.mode === 'observe'
const wait = ({ policy }: RolloutState) => policy.intervalMs + policy.settleMs

/** What a rollout is about, apart from the build. */
const subject = ({ target, policy }: RolloutState) =>
  JSON.stringify([target.canaryVersion, policy.rules.map(({ name, query, provider }) => [name, query, provider])])

/** Somebody changed the weight so shortly before the question that no watch can have told. */
const unseen = ({ weightBy, at, weightSince }: Probe) => weightBy !== us && at - weightSince <= longestWatchMs

const ofSaves: readonly Law<Save>[] = [
  ({ before, after }) => after.rev !== (before?.rev ?? 0) + 1 && `rev ${before?.rev} is followed by ${after.rev}`,
  ({ before, after }) => before && after.step < before.step && `step falls from ${before.step} to ${after.step}`,
  ({ before, after }) => before && after.seq < before.seq && `seq falls from ${before.seq} to ${after.seq}`,
  ({ before, after }) =>
    before &&
    after.step === before.step &&
    after.weight !== before.weight &&
    !observes(after) &&
    'one step for two weights',
  ({ after }) => after.outbox.length > 20 && `${after.outbox.length} notices wait`,
  ({ after }) => after.history.length > 5 && `${after.history.length} rollouts are remembered`,
  ({ after }) =>
    after.weight > after.policy.trafficLimit && after.reason.code === 'raised' && 'a raise above the limit',
  ({ world, before, after }) => {
    if (before === undefined || !isTerminal(before) || before.phase === after.phase) return
    const command = after.lastCommand?.at === after.since && !after.lastCommand.refused && after.lastCommand.name
    if (after.phase === 'Promoting') return command !== 'undo' && 'Promoted ends without an undo'
    if (after.number === before.number) return `${before.phase} becomes ${after.phase}`
    const rebuilt = before.revision !== undefined && before.revision !== world.revision
    return (
      command !== 'retry' && !rebuilt && subject(before) === subject(after) && 'a rollout begins anew for no reason'
    )
  },
  ({ before, after }) => {
    if (before === undefined || before.phase === after.phase || !['Paused', 'Frozen'].includes(before.phase)) return
    if (!['Progressing', 'Holding', 'Promoting', 'Baselining'].includes(after.phase)) return
    const commanded = after.lastCommand?.at === after.since && after.lastCommand.refused === undefined
    const unlocked = before.pause?.lock === true && !after.policy.paused
    return !commanded && !unlocked && `${before.phase} becomes ${after.phase} and nobody asked`
  },
  ({ world, after: { lastCommand } }) =>
    world.store.saves.some(s => s.lastCommand?.id === lastCommand?.id && s.lastCommand?.at !== lastCommand?.at) &&
    `${lastCommand?.name} is carried out twice`,
  ({ world, process, before, after }) => {
    if (before === undefined || after.reason.code !== 'raised' || after.step === before.step || observes(after)) return
    const first = before.phase === 'Baselining'
    const ripe = world.probes.find(
      p =>
        !p.spent &&
        (first || p.process === process.name) &&
        p.answeredAt !== undefined &&
        (first || p.health === 'healthy') &&
        (p.weight === before.weight || unseen(p)) &&
        p.at >= (first ? (before.preparedAt ?? Number.POSITIVE_INFINITY) + before.policy.propagationMs : 0) &&
        (first || p.at >= Math.max(p.weightSince, process.startedAt) + wait(after)),
    )
    if (ripe === undefined) return `no passed check allows the raise to ${after.weight}`
    for (const probe of world.probes) if (probe.at <= ripe.at) probe.spent = true
    const sick = world.probes.find(
      p => p.process === process.name && !p.spent && p.answeredAt !== undefined && p.health === 'unhealthy',
    )
    return sick && first === false && sick.at > ripe.at && 'a raise after an unhealthy check'
  },
]

const foreignHands = ({ pause, phase }: RolloutState) => phase === 'Paused' && pause?.foreign !== undefined

const ofCalls: readonly Law<Call>[] = [
  ({ process, what }) => {
    const { state } = process.runner
    if (state === undefined) return 'a write without a state'
    if (foreignHands(state)) return 'a write while somebody else has the traffic in hand'
    return observes(state) && state.phase !== 'RollingBack' && state.phase !== 'Promoting' && `${what} in observe mode`
  },
  ({ process, what }) => {
    const [kind, value] = what.split(' ')
    const { saved } = process
    if (kind === 'rollback') return process.runner.state?.phase !== 'RollingBack' && 'a rollback outside RollingBack'
    if (saved === undefined) return `${what} before anything was saved`
    if (kind === 'prepare') return saved.phase !== 'Baselining' && `${what} in ${saved.phase}`
    if (kind === 'promote') return saved.phase !== 'Promoting' && `${what} in ${saved.phase}`
    return String(saved.weight) !== value && `${what}, saved is ${saved.weight}`
  },
  ({ world, process, what }) => {
    const late = ({ at, who, what: other }: Event) =>
      at > world.elapsed - 1000 && who === process.name && other === what
    return world.events.filter(late).length >= 6 && `${what}, more than 6 times in a second`
  },
  ({ world, what }) =>
    what.startsWith('prepare') &&
    world.weight > 0 &&
    (world.weightBy === us || world.now > world.weightSince + world.watchMs) &&
    `${what} at weight ${world.weight}`,
  ({ world, process, what }) => {
    const [kind, value = '0'] = what.split(' ')
    const since = world.productionEmptySince
    if (since === undefined || kind === 'promote' || kind === 'prepare' || Number(value) >= world.weight) return
    const { state } = process.runner
    if (state?.reason.code === 'aborted' || state?.productionVersion !== world.production) return
    return (kind === 'rollback' ? world.now > since : world.now > since + 10_000) && `${what} to an empty production`
  },
]

const ofLandings: readonly Law<Landing>[] = [
  ({ world, record: { before, after } }) => {
    if (after.units <= before.units) return
    const { state } = world
    if (state === undefined) return 'traffic moves before anything was saved'
    const decided = world.store.saves.findLast(s => s.weight === after.units)
    if (decided === undefined) return `weight ${after.units} was never decided`
    if (after.units > decided.policy.trafficLimit)
      return `weight ${after.units}, the limit was ${decided.policy.trafficLimit}`
    const over = ['Waiting', 'RolledBack', 'Promoted', 'Invalid', 'Baselining'].includes(state.phase)
    return over && `weight ${before.units} -> ${after.units} in ${state.phase}`
  },
  ({ world, record: { before, after } }) =>
    // Somebody else's weight may cross a request of ours that is under way.
    before.canary !== after.canary &&
    before.units > 0 &&
    world.weightBy === us &&
    `the canary is relabelled at weight ${before.units}`,
  ({ world, record: { before, after } }) =>
    before.production !== after.production &&
    !world.store.saves.some(
      s => s.phase === 'Promoting' && (s.undoing ?? s.target.canaryVersion) === after.production,
    ) &&
    'production is relabelled without a promotion',
  ({ world, record: { after }, sinceIncrement, reached }) => {
    if (after.units <= reached) return
    const { policy } = world.store.saves.findLast(s => s.weight === after.units) ?? {}
    return policy && sinceIncrement < policy.intervalMs && 'two increments in one interval'
  },
]

/** Judges every save, every write that is sent and every change that lands. */
export class Laws {
  readonly violations: string[] = []
  readonly #attempts: { readonly process: Process; readonly text: string }[] = []
  #saves = 0
  #records = 0
  #reached = 0
  #incrementAt = Number.NEGATIVE_INFINITY

  constructor(private readonly world: World) {
    world.mesh.listen(() => this.audit())
  }

  broken(what: string): void {
    this.violations.push(what)
    this.world.log('LAW', what)
  }

  /** A save is about to be sent; whether and when it takes effect is seen later. */
  attempt(process: Process, state: RolloutState): void {
    this.#attempts.push({ process, text: JSON.stringify(state) })
  }

  called(process: Process, what: string): void {
    this.audit()
    if (process.alive) this.#judge(ofCalls, { world: this.world, process, what })
  }

  /** Judges what has taken effect since the last time. */
  audit(): void {
    const { world } = this
    for (const { saves } = world.store; this.#saves < saves.length; this.#saves++) {
      const after = saves[this.#saves] as RolloutState
      const text = JSON.stringify(after)
      const [process, ...others] = this.#attempts.filter(a => a.text === text).map(a => a.process)
      if (process === undefined) throw new Error('a save that nobody sent')
      // Two processes that would save the very same can not be told apart, and need not be.
      for (const sender of [process, ...others]) sender.saved = after
      this.#judge(ofSaves, { world, process, before: saves[this.#saves - 1], after })
    }
    for (const { records } = world.mesh; this.#records < records.length; this.#records++)
      this.#land(records[this.#records] as RouteRecord)
  }

  #land(record: RouteRecord): void {
    const { world } = this
    const { after } = record
    if (after.writer === us) {
      const sinceIncrement = world.now - this.#incrementAt
      this.#judge(ofLandings, { world, record, sinceIncrement, reached: this.#reached })
      if (after.units > this.#reached) this.#incrementAt = world.now
      if (after.units === 0) this.#incrementAt = Number.NEGATIVE_INFINITY
    }
    this.#reached = after.units === 0 || after.writer !== us ? after.units : Math.max(this.#reached, after.units)
  }

  #judge<Fact>(laws: readonly Law<Fact>[], fact: Fact): void {
    for (const law of laws) {
      const wrong = law(fact)
      if (wrong) this.broken(wrong)
    }
  }
}
