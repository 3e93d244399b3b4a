import { inProgress, type Notice, type RolloutState } from '@birdwatch/core'
import type { RolloutStory } from '../story/story.js'
import { type BirdWatchObject, type Cluster, commandOf } from '../world/cluster.js'
import { partOf } from './facts.js'

export interface End {
  readonly phase: string
  /** The canary's part of the route; left out where a person or chance decides it. */
  readonly canary?: number
  readonly production?: string
}

/** How a rollout ends, whatever faults there are; undefined when only that it ends can be said. */
export function foretold({ spec, plot, sum }: RolloutStory): End | undefined {
  const rolledBack = { phase: 'RolledBack', canary: 0, production: 'v1' }
  const promoted = { phase: 'Promoted', canary: 0, production: 'v2' }
  const holding = { phase: 'Holding', canary: partOf(sum, spec.traffic_limit), production: 'v1' }
  switch (plot.is) {
    case 'healthy':
      return spec.at_limit === 'promote' ? promoted : holding
    case 'sick':
      if (plot.command !== undefined) return plot.command === 'promote' ? promoted : rolledBack
      return spec.if_unhealthy === 'rollback'
        ? rolledBack
        : { phase: 'Frozen', canary: partOf(sum, plot.from), production: 'v1' }
    case 'dead':
      return rolledBack
    case 'commanded':
      if (plot.command === 'pause') return { phase: 'Paused', production: 'v1' }
      return plot.command === 'abort' ? rolledBack : promoted
    case 'foreign':
      return { phase: 'Paused', canary: Math.floor((sum * plot.to) / 100), production: 'v1' }
    case 'deleted':
      return { phase: 'gone', canary: 0, production: 'v1' }
    case 'chaos':
      return undefined
  }
}

/** How it ends when somebody gave the canary a weight while nobody watched: people win, unless its end had begun. */
export function foretoldAfter(phase: string, to: number, { sum }: RolloutStory): End | undefined {
  const canary = Math.floor((sum * to) / 100)
  if (['Promoted', 'RolledBack', 'Frozen'].includes(phase)) return { phase, canary }
  return ['Baselining', 'Progressing', 'Holding', 'Paused'].includes(phase) ? { phase: 'Paused', canary } : undefined
}

/** Where a rollout is; `gone` when its resource is. */
export function phaseOf(cluster: Cluster, name: string): string {
  const found = cluster.get<BirdWatchObject>('BirdWatch', name)
  return found === undefined ? 'gone' : (found.status?.engine?.phase ?? 'nothing saved')
}

/** Of what waits in a state, what nobody has heard. */
export type Unheard = (outbox: readonly Notice[]) => readonly Notice[]

const resting = ['Promoted', 'RolledBack', 'Frozen', 'Paused', 'Holding', 'Invalid']

/**
 * What keeps a rollout from having come to its end; undefined when it has.
 * @param unheard left out: what was heard must be saved, too
 */
export function missing(
  cluster: Cluster,
  name: string,
  story: RolloutStory,
  end: End | undefined = foretold(story),
  unheard: Unheard = outbox => outbox,
): string | undefined {
  const found = cluster.get<BirdWatchObject>('BirdWatch', name)
  const state = found?.status?.engine
  const phase = phaseOf(cluster, name)
  const [canary, { production }] = [cluster.canary(name), cluster.versions(name)]
  if (end !== undefined && !fits(end, { phase, canary, production }))
    return `it is ${phase} at ${canary} with ${production} in production, not ${JSON.stringify(end)}`
  if (end === undefined && phase !== 'gone' && !resting.includes(phase))
    return `it does not rest: ${phase} (${state?.reason.code})`
  if (found === undefined) return undefined
  return inconsistency(found, state as RolloutState, canary, story) ?? undelivered(unheard(state?.outbox ?? []))
}

const fits = (end: End, found: Required<End>) =>
  (Object.keys(end) as (keyof End)[]).every(key => end[key] === found[key])

const undelivered = ({ length }: readonly Notice[]) => (length > 0 ? `${length} notices are not delivered` : undefined)

/** The world, the state and what people are shown agree with each other. */
function inconsistency(object: BirdWatchObject, state: RolloutState, canary: number, { sum }: RolloutStory) {
  const { metadata, status } = object
  const commanded = commandOf(object)
  if (commanded !== undefined) return `the command ${commanded} is still there`
  if ((metadata.finalizers ?? []).includes('otomato.link/rollout') !== inProgress(state))
    return `the finalizer does not fit ${state.phase}`
  if (metadata.deletionTimestamp !== undefined) return 'it is being deleted and still there'
  if (status?.phase !== state.phase || status.weight !== state.weight) return 'the status shows something else'
  const foreign = state.pause?.foreign ?? state.drift
  // Before the canary is prepared, whatever is set there is other people's: paused or ended by then, it never had the traffic.
  const had = state.preparedAt !== undefined
  if (had && foreign === undefined && state.policy.mode !== 'observe' && canary !== partOf(sum, state.weight))
    return `the canary has ${canary}, and ${state.weight} % is recorded`
  return undefined
}

/** What was seen of a time in which nothing has happened any more. */
export interface Idle {
  /** What keeps rollouts from having come to their end. */
  readonly open: readonly string[]
  /** How often something was saved in it. */
  readonly saves: number
  readonly rollouts: number
}

/** The last of what people are told is taken away, and a check that decides nothing may fall due. */
const mostSavesOfAnIdle = 2

/** What is wrong with a time in which there was nothing left to do; empty when all rested. */
export function unrest({ open, saves, rollouts }: Idle): string[] {
  return saves > mostSavesOfAnIdle * rollouts ? [...open, `${saves} saves of nothing new`] : [...open]
}
