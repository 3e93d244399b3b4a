import type { CommandName, Phase, RolloutState } from '@birdwatch/core'
import type { Offer } from './view.js'

type Possible = (state: RolloutState) => boolean
interface Rule {
  readonly command: CommandName
  readonly possible: Possible
  readonly effect: (state: RolloutState) => string
}

const phase =
  (...phases: Phase[]): Possible =>
  state =>
    phases.includes(state.phase)
const all =
  (...conditions: Possible[]): Possible =>
  state =>
    conditions.every(holds => holds(state))

const acts: Possible = ({ policy }) => policy.mode === 'act'
const unlocked: Possible = ({ policy }) => !policy.paused
/** Before its baseline a rollout has nothing that could be promoted. */
const begun: Possible = ({ pause }) => pause?.from !== 'Waiting'
const promotable = all(phase('Baselining', 'Progressing', 'Holding', 'Paused', 'Frozen'), begun, acts)

const production = ({ productionVersion = 'production' }: RolloutState) => productionVersion
const unmeasured = ({ phase, pause }: RolloutState) => (pause?.from ?? phase) === 'Baselining'

/** In the order in which people would look for them. */
const rules: readonly Rule[] = [
  {
    command: 'resume',
    possible: all(phase('Paused', 'Frozen'), unlocked),
    effect: ({ phase, pause, weight }) => {
      if (phase === 'Frozen')
        return `Go on from ${weight} %, with the same baseline; the next check is a full interval away.`
      if (pause?.foreign !== undefined) return 'Adopt the traffic as it was found, and go on from there.'
      return `Go on from where it was paused (${pause?.from ?? 'Progressing'}).`
    },
  },
  {
    command: 'pause',
    possible: phase('Waiting', 'Baselining', 'Progressing', 'Holding'),
    effect: ({ weight }) => `Stay at ${weight} %; checks go on.`,
  },
  {
    command: 'promote',
    possible: promotable,
    effect: state =>
      `Make ${state.target.canaryVersion} production now${unmeasured(state) ? ', unmeasured' : ', without further checks'}.`,
  },
  {
    command: 'force-promote',
    possible: promotable,
    effect: () => 'Promote even with fewer canary pods than production has.',
  },
  {
    command: 'abort',
    possible: state =>
      phase('Waiting', 'Baselining', 'Progressing', 'Holding', 'Paused', 'Frozen')(state) ||
      (state.phase === 'Invalid' && state.weight > 0),
    effect: state => {
      if (state.phase === 'Waiting') return 'End it before it begins.'
      return acts(state) ? `Move all traffic to ${production(state)} at once.` : 'End it; no traffic was moved.'
    },
  },
  {
    command: 'retry',
    possible: phase('RolledBack'),
    effect: ({ target }) => `Roll out ${target.canaryVersion} once more, from the start.`,
  },
  {
    command: 'undo',
    possible: all(phase('Promoted'), acts, ({ productionVersion }) => productionVersion !== undefined),
    effect: state => `Make ${production(state)} production again, if its pods still run.`,
  },
]

/**
 * The commands that the phase of a rollout allows. What only the moment decides (whether pods are there, what the routes
 * show) is left to the engine, which says so when it refuses.
 *
 * @param deleting nothing is offered once the resource is being deleted: its end is decided
 */
export const offersOf = (state: RolloutState, deleting = false): Offer[] =>
  deleting
    ? []
    : rules.filter(({ possible }) => possible(state)).map(({ command, effect }) => ({ command, effect: effect(state) }))
