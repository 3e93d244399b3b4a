import type { Choice, Choices } from './choices.js'
import { birdWatchOf } from './facts.js'
import type { World } from './world.js'

const ends = ['Promoted', 'RolledBack', 'Paused', 'Frozen', 'Holding']

/** True when nothing is left to happen: the rollout has ended, or waits for a person. */
export function hasEnded(world: World, choices: Choices): boolean {
  const { engine, deleting, command, gone } = birdWatchOf(world.bw)
  const calm =
    choices.urgent(world).length === 0 &&
    world.ghosts.length === 0 &&
    world.running.every(({ role }) => role === 'leads')
  return calm && (gone || (!deleting && command === undefined && ends.includes(engine?.phase ?? '')))
}

/** What happens next in a world in which everything works again: what is late comes, and nothing new goes wrong. */
export function fairChoice(world: World, choices: Choices): Choice | undefined {
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
