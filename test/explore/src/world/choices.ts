import { type Place, places } from '../api/objects.js'
import type { Local, Locals } from '../process/locals.js'
import { birdWatchOf, inProgress, trafficOf, versionOf } from './facts.js'
import type { Running, World } from './world.js'

/** What people do. */
export type Deed =
  | { readonly do: 'weight'; readonly to: number }
  | { readonly do: 'label' }
  | { readonly do: 'command'; readonly name: string }
  | { readonly do: 'limit' | 'lock' | 'unlock' | 'version' | 'delete' }

/** Something that may happen next. `p` is a process by its place in the world. */
export type Choice =
  | { readonly do: 'start' | 'tick' }
  | { readonly do: 'wake' | 'crash' | 'follow' | 'depose' | 'stop' | 'continue' | 'lag'; readonly p: number }
  | { readonly do: 'see'; readonly p: number; readonly on: Place }
  | {
      readonly do: 'serve' | 'lose' | 'refuse' | 'slow' | 'land' | 'deliver' | 'expire'
      readonly p: number
      readonly slot: number
    }
  | { readonly do: 'reading'; readonly p: number; readonly slot: number; readonly value: number | undefined }
  | { readonly do: 'ghost'; readonly index: number }
  | { readonly do: 'people'; readonly deed: Deed }

export const healthy = 10
export const unhealthy = 20
const mostAlive = 2
/** A rollout that rests does so for ever: this much of it is enough, milliseconds. */
const longestRestMs = 12_000
const resting = ['Paused', 'Frozen', 'Holding', 'Promoted', 'RolledBack', 'Waiting', 'Invalid']

/** What may go wrong, one at a time: a request or query, a watch, or a whole process. */
export const faults = ['lose', 'refuse', 'slow', 'land', 'fail', 'lag', 'crash', 'depose', 'stop'] as const
export type Fault = (typeof faults)[number]
const commands = ['pause', 'resume', 'promote', 'abort', 'retry'] as const
export const deedNames = ['weight', 'label', 'limit', 'lock', 'unlock', 'version', 'delete', ...commands] as const
export type DeedName = (typeof deedNames)[number]

/** Which faults there are, and what people do. */
export interface Scope {
  readonly faults: readonly Fault[]
  readonly deeds: readonly DeedName[]
  /** Only while the stored phase is one of these do people act and things go wrong; left out, always. */
  readonly during?: readonly string[]
  /** And only while this is the stored weight, percent; left out, always. */
  readonly at?: number
  /** Every check passes. */
  readonly healthy?: boolean
}

export class Choices {
  constructor(
    private readonly locals: Locals,
    private readonly scope: Scope = { faults, deeds: deedNames },
  ) {}

  /** Everything that may happen next. */
  of(world: World): Choice[] {
    const urgent = this.urgent(world)
    const choices = [...urgent, ...this.#atLeisure(world)]
    if (urgent.length === 0 && this.#timeGoesOn(world)) choices.push({ do: 'tick' })
    const { during, at, faults, deeds } = this.scope
    const { phase = '', weight } = birdWatchOf(world.bw).engine ?? {}
    if (during?.includes(phase) === false || (at !== undefined && at !== weight)) return choices
    if (world.faults > 0) choices.push(...this.#faults(world).filter(choice => faults.includes(faultOf(choice))))
    if (world.hands > 0)
      for (const deed of possible(world)) if (deeds.includes(nameOf(deed))) choices.push({ do: 'people', deed })
    return choices
  }

  /** What happens before time goes on, as long as nothing is slow. */
  urgent(world: World): Choice[] {
    const choices: Choice[] = world.running.flatMap((process, p) =>
      process.stopped ? [] : this.#dueOf(world, process, p),
    )
    if (!world.running.some(({ role }) => role === 'leads') && world.bw !== 0) choices.push({ do: 'start' })
    return choices
  }

  #dueOf(world: World, process: Running, p: number): Choice[] {
    const { timer, pending } = this.local(process)
    const choices: Choice[] = []
    for (const { slot, request, idle, dies } of pending) {
      if (process.slow[slot] !== undefined) {
        if (process.age >= dies) choices.push({ do: 'expire', p, slot })
      } else if (request !== 0) choices.push({ do: 'serve', p, slot })
      else {
        choices.push({ do: 'reading', p, slot, value: healthy })
        // Only what gets traffic can fail.
        if (!idle && !this.scope.healthy) choices.push({ do: 'reading', p, slot, value: unhealthy })
      }
    }
    if (!process.lags) for (const on of this.unseen(world, process)) choices.push({ do: 'see', p, on })
    if (timer !== undefined && process.age >= timer) choices.push({ do: 'wake', p })
    return choices
  }

  #atLeisure(world: World): Choice[] {
    const ghosts: Choice[] = world.ghosts.map((_, index) => ({ do: 'ghost', index }))
    return [...ghosts, ...world.running.flatMap((process, p) => this.#atLeisureOf(world, process, p))]
  }

  #atLeisureOf(world: World, process: Running, p: number): Choice[] {
    const choices: Choice[] = process.role === 'leads' ? [] : [{ do: 'crash', p }]
    if (process.role === 'deposed' && this.local(process).state?.phase === 'RollingBack')
      choices.push({ do: 'follow', p })
    if (process.stopped) return [...choices, { do: 'continue', p }]
    for (const [slot, mark] of Object.entries(process.slow))
      choices.push({ do: mark === 'on the way' ? 'serve' : 'deliver', p, slot: Number(slot) })
    if (process.lags) for (const on of this.unseen(world, process)) choices.push({ do: 'see', p, on })
    return choices
  }

  #faults(world: World): Choice[] {
    return world.running.flatMap((process, p) => {
      const choices: Choice[] = process.role === 'leads' ? [{ do: 'crash', p }] : []
      if (process.stopped) return choices
      if (process.role === 'leads' && world.running.length < mostAlive) choices.push({ do: 'depose', p })
      choices.push({ do: 'stop', p })
      if (!process.lags && this.unseen(world, process).length > 0) choices.push({ do: 'lag', p })
      for (const { slot, request } of this.local(process).pending) {
        if (process.slow[slot] !== undefined) continue
        if (request === 0) choices.push({ do: 'reading', p, slot, value: undefined }, { do: 'slow', p, slot })
        else for (const fault of ['lose', 'refuse', 'slow', 'land'] as const) choices.push({ do: fault, p, slot })
      }
      return choices
    })
  }

  /** How far time goes on: until the next thing happens by itself; undefined when nothing does. */
  untilNext({ running, ghosts }: World): number | undefined {
    const times = ghosts.map(({ dies }) => dies)
    for (const process of running) {
      if (process.stopped) continue
      const { timer, pending } = this.local(process)
      if (timer !== undefined) times.push(timer - process.age)
      for (const { slot, dies } of pending) if (process.slow[slot] !== undefined) times.push(dies - process.age)
    }
    const ahead = times.filter(ms => ms > 0)
    return ahead.length === 0 ? undefined : Math.min(...ahead)
  }

  #timeGoesOn(world: World): boolean {
    const { engine, phaseAge, gone } = birdWatchOf(world.bw)
    const calm = world.running.every(
      ({ role, stopped, lags, slow }) => role === 'leads' && !stopped && !lags && !hasAny(slow),
    )
    const rests = gone || (resting.includes(engine?.phase ?? '') && phaseAge >= longestRestMs)
    return !(calm && rests && world.ghosts.length === 0) && this.untilNext(world) !== undefined
  }

  unseen(world: World, process: Running): Place[] {
    const { versions } = this.local(process)
    return places.filter(place => versions[place] !== versionOf(world[place]))
  }

  local({ local }: Running): Local {
    return this.locals.at(local)
  }
}

const faultOf = (choice: Choice) => (choice.do === 'reading' ? 'fail' : choice.do) as Fault
const nameOf = (deed: Deed): DeedName => (deed.do === 'command' ? (deed.name as DeedName) : deed.do)
const hasAny = (slow: Running['slow']) => Object.keys(slow).length > 0

function possible(world: World): Deed[] {
  if (world.bw === 0) return []
  const { engine, command, deleting, spec } = birdWatchOf(world.bw)
  const { weight } = trafficOf(world.vs)
  const found: Deed[] = [0, 10, 20].filter(to => to !== weight).map(to => ({ do: 'weight', to }))
  if (inProgress(engine?.phase)) found.push({ do: 'label' })
  if (command === undefined && engine !== undefined) for (const name of commands) found.push({ do: 'command', name })
  if (spec.traffic_limit !== 10) found.push({ do: 'limit' })
  found.push({ do: spec.paused ? 'unlock' : 'lock' })
  if (spec.canary_version === 'v2') found.push({ do: 'version' })
  if (!deleting) found.push({ do: 'delete' })
  return found
}
