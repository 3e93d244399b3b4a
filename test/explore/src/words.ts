import { glass } from './glass.js'
import { textOf } from './intern.js'
import { Locals } from './process/locals.js'
import type { SearchOptions } from './search.js'
import { type Choice, Choices, healthy } from './world/choices.js'
import { birdWatchOf, labelsOf, requestOf, trafficOf } from './world/facts.js'
import { Happenings } from './world/happen.js'
import { beginning, type World } from './world/world.js'

/** Tells a way through the world as a story, a line for each step: what happened, and how things stood after it. */
export async function tell(
  way: readonly Choice[],
  { cuts, faults, hands, staleStandby, scope }: SearchOptions,
): Promise<string> {
  const locals = new Locals(await glass(cuts))
  const choices = new Choices(locals, scope)
  const happenings = new Happenings(locals, choices, staleStandby)
  let world = beginning(faults, hands, staleStandby)
  const names: string[] = []
  let begun = 0
  let elapsedMs = 0
  const lines: string[] = []
  for (const choice of way) {
    if (choice.do === 'tick') elapsedMs += choices.untilNext(world) ?? 0
    const sentence = sentenceOf(choice, world, choices, names, begun + 1)
    const { world: next, violations } = await happenings.next(world, choice)
    if (next.running.length > names.length) names.push(`P${++begun}`)
    if ('p' in choice && next.running.length < world.running.length) names.splice(choice.p, 1)
    const broken = violations.map(law => `\n           LAW BROKEN: ${law}`).join('')
    lines.push(`${(elapsedMs / 1000).toFixed(1).padStart(6)} s  ${sentence.padEnd(62)} ${standing(next)}${broken}`)
    world = next
  }
  return lines.join('\n')
}

function standing({ bw, vs, dr }: World): string {
  const { engine, gone } = birdWatchOf(bw)
  const stored = gone
    ? 'gone'
    : engine === undefined
      ? 'nothing stored'
      : `${engine.phase} ${engine.weight} % (${engine.reason.code})`
  const { production, canary } = labelsOf(dr)
  return `| ${stored} | mesh ${production}/${canary} ${trafficOf(vs).weight} %`
}

function sentenceOf(choice: Choice, world: World, choices: Choices, names: readonly string[], next: number): string {
  const who = 'p' in choice ? (names[choice.p] ?? '?') : ''
  const asked = 'slot' in choice ? requestIn(choice, world, choices) : ''
  switch (choice.do) {
    case 'start':
      return `P${next} begins to lead`
    case 'tick':
      return 'time goes on'
    case 'wake':
      return `${who} passes again`
    case 'crash':
      return `${who} dies`
    case 'follow':
      return `${who} notices that it no longer leads, and only ends its rollback`
    case 'depose':
      return `P${next} begins to lead; ${who} has not noticed`
    case 'stop':
      return `${who} is stopped`
    case 'continue':
      return `${who} goes on`
    case 'lag':
      return `the watch of ${who} lags`
    case 'see':
      return `${who} sees the ${thing[choice.on]}`
    case 'reading':
      if (choice.value === undefined) return `a query of ${who} fails`
      return `${who} reads ${choice.value === healthy ? 'a healthy' : 'an unhealthy'} value`
    case 'serve':
      return `${who}: ${asked}`
    case 'lose':
      return `${who}: ${asked}; the connection breaks, and it may still be on its way`
    case 'refuse':
      return `${who}: ${asked}; refused`
    case 'slow':
      return `${who}: ${asked}; it takes its time`
    case 'land':
      return `${who}: ${asked}; done, and the answer takes its time`
    case 'deliver':
      return `${who} gets the answer to ${asked}`
    case 'expire':
      return `${who} waits no longer for ${asked}`
    case 'ghost':
      return `a late request takes effect: ${nameOf(world.ghosts[choice.index]?.request ?? 0)}`
    case 'people': {
      const { deed } = choice
      if (deed.do === 'weight') return `a person gives the canary ${deed.to} %`
      return deed.do === 'command' ? `a person commands ${deed.name}` : said[deed.do]
    }
  }
}

const thing = { bw: 'BirdWatch', vs: 'VirtualService', dr: 'DestinationRule' } as const
const said = {
  label: 'a person points the canary subset at v9',
  limit: 'a person lowers traffic_limit to 10',
  lock: 'a person sets paused: true',
  unlock: 'a person sets paused: false',
  version: 'a person sets canary_version: v3',
  delete: 'a person deletes the BirdWatch',
} as const

function requestIn({ p, slot }: { p: number; slot: number }, world: World, choices: Choices): string {
  const process = world.running[p]
  const request = process && choices.local(process).pending.find(pending => pending.slot === slot)?.request
  return nameOf(request ?? 0)
}

function nameOf(id: number): string {
  if (id === 0) return 'the query'
  const request = requestOf(id)
  if (request.verb === 'get') return `reads the ${thing[request.on]}`
  if (request.on !== 'bw') return request.what
  const saved = /"phase":"(\w+)"/.exec(textOf(id))?.[1]
  if (saved !== undefined) return `saves ${saved}`
  return textOf(id).includes('/metadata/finalizers') ? 'writes the finalizer' : 'takes the command away'
}
