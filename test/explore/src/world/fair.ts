import { type Choice, type Choices, unhealthy } from './choices.js'
import { birdWatchOf, requestOf, trafficOf } from './facts.js'
import type { World } from './world.js'

/** What has to come true from every state that it concerns, when things go a certain way from there on. */
export interface Fate {
  readonly law: string
  readonly concerns: (world: World) => boolean
  readonly reached: (world: World, choices: Choices) => boolean
  /** What happens next; undefined when nothing does. */
  readonly next: (world: World, choices: Choices) => Choice | undefined
}

const ends = ['Promoted', 'RolledBack', 'Paused', 'Frozen', 'Holding']

/** True when nothing is left to happen: the rollout has ended, or waits for a person. */
function hasEnded(world: World, choices: Choices): boolean {
  const { engine, deleting, command, gone } = birdWatchOf(world.bw)
  const calm =
    choices.urgent(world).length === 0 &&
    world.ghosts.length === 0 &&
    world.running.every(({ role }) => role === 'leads')
  return calm && (gone || (!deleting && command === undefined && ends.includes(engine?.phase ?? '')))
}

/** What happens next in a world in which everything works again: what is late comes, and nothing new goes wrong. */
function fairChoice(world: World, choices: Choices): Choice | undefined {
  const old = world.running.findIndex(({ role }) => role !== 'leads')
  if (old >= 0) return { do: 'crash', p: old }
  const stopped = world.running.findIndex(process => process.stopped)
  if (stopped >= 0) return { do: 'continue', p: stopped }
  for (const [p, process] of world.running.entries()) {
    const [slot, mark] = Object.entries(process.slow)[0] ?? []
    if (slot !== undefined) return { do: mark === 'on the way' ? 'serve' : 'deliver', p, slot: Number(slot) }
    const [unseen] = choices.unseen(world, process)
    if (unseen !== undefined) return { do: 'see', p, on: unseen }
  }
  const [urgent] = choices.urgent(world)
  if (urgent !== undefined) return urgent
  return choices.untilNext(world) === undefined ? undefined : { do: 'tick' }
}

/** Traffic that a rollout in progress has given, that nobody has touched, and about which people want nothing else. */
function isOurs({ bw, vs, touched }: World): boolean {
  const { engine, command, deleting, spec } = birdWatchOf(bw)
  const asked = command !== undefined || deleting || spec.paused === true || spec.canary_version !== 'v2'
  return engine?.phase === 'Progressing' && trafficOf(vs).weight > 0 && !touched && !asked
}

/** What happens next when all works but that every save of the status is refused, and the canary is sick. */
function sickUnsaved(world: World, choices: Choices): Choice | undefined {
  const choice = fairChoice(world, choices)
  if (choice?.do !== 'serve' && choice?.do !== 'reading') return choice
  const { p, slot } = choice
  const process = world.running[p]
  const asked = process && choices.local(process).pending.find(pending => pending.slot === slot)
  if (asked === undefined) return choice
  if (asked.request === 0) return asked.idle ? choice : { do: 'reading', p, slot, value: unhealthy }
  const request = requestOf(asked.request)
  return request.verb === 'patch' && request.status ? { do: 'refuse', p, slot } : choice
}

export const fates: readonly Fate[] = [
  { law: 'it comes to an end when the faults end', concerns: () => true, reached: hasEnded, next: fairChoice },
  {
    law: 'a sick canary is taken to weight 0 while every save is refused',
    concerns: isOurs,
    reached: ({ vs }) => trafficOf(vs).weight === 0,
    next: sickUnsaved,
  },
]
