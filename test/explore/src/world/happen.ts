import { person, type Stored } from '../api/objects.js'
import { type Answer, commanded, deleted, edited, type Outcome, serve } from '../api/server.js'
import { ticked } from '../intern.js'
import type { Local, Locals, Step } from '../process/locals.js'
import type { Input, Pending } from '../process/process.js'
import type { Choice, Choices, Deed } from './choices.js'
import { birdWatchOf, inProgress, requestOf, trafficOf } from './facts.js'
import { brokenBy } from './laws.js'
import { type Ghost, intervalMs, type Running, type World } from './world.js'

/** What a choice leads to, and the laws that were broken on the way. */
export interface Next {
  readonly world: World
  readonly violations: readonly string[]
}

const noAnswer: Answer = { code: 'KUBE_UNREACHABLE' }
const tooLate: Answer = { code: 'KUBE_TIMEOUT' }
const refusal: Answer = { code: 'KUBE_FORBIDDEN', status: 403 }

/** Lets things happen in the world. */
export class Happenings {
  readonly #outcomes = new Map<string, Outcome>()

  constructor(
    private readonly locals: Locals,
    private readonly choices: Choices,
    /** Whether a new leader begins with what a standby's caches hold: it must read everything first. */
    private readonly staleStandby = false,
  ) {}

  /** What a choice leads to; a promise when a process has to be run for it. */
  next(world: World, choice: Choice): Next | Promise<Next> {
    switch (choice.do) {
      case 'start':
        return this.#start(world, world.running.length)
      case 'tick':
        return { world: this.#tick(world), violations: [] }
      case 'wake':
        return this.#input(world, choice.p, { do: 'wake' })
      case 'crash':
        return { world: this.#crash(world, choice.p), violations: [] }
      case 'follow':
        return this.#input(changed(world, choice.p, { role: 'follows' }), choice.p, { do: 'follow' })
      case 'depose': {
        const paid = { ...changed(world, choice.p, { role: 'deposed' }), faults: world.faults - 1 }
        return this.#start(paid, world.running.length)
      }
      case 'stop':
        return { world: { ...changed(world, choice.p, { stopped: true }), faults: world.faults - 1 }, violations: [] }
      case 'continue':
        // It wakes to everything that came meanwhile; its own clock first.
        return this.#input(changed(world, choice.p, { stopped: false }), choice.p, { do: 'wake' })
      case 'lag':
        return { world: { ...changed(world, choice.p, { lags: true }), faults: world.faults - 1 }, violations: [] }
      case 'see':
        return this.#input(world, choice.p, { do: 'see', on: choice.on, object: world[choice.on] })
      case 'reading': {
        const faults = world.faults - Number(choice.value === undefined)
        return this.#input({ ...world, faults }, choice.p, { do: 'reading', slot: choice.slot, value: choice.value })
      }
      case 'ghost':
        return this.#ghost(world, choice.index)
      case 'people':
        return { world: people(world, choice.deed), violations: [] }
      default:
        return this.#request(world, choice)
    }
  }

  #request(world: World, { do: what, p, slot }: Extract<Choice, { slot: number }>): Next | Promise<Next> {
    const process = world.running[p] as Running
    const { request, dies } = this.#pending(process, slot)
    const paid = { ...world, faults: world.faults - 1 }
    const answer = (to: World, answer: Answer, violations: readonly string[] = []) =>
      this.#input(to, p, { do: 'answer', slot, answer }, violations)
    const mark = (to: World, mark: Answer | 'on the way') => changed(to, p, { slow: { ...process.slow, [slot]: mark } })
    switch (what) {
      case 'serve': {
        if (request === 0) return this.#input(world, p, { do: 'reading', slot, value: 10 })
        const { next, answer: found, violations } = this.#land(world, ticked(request, process.age))
        return answer(next, found, violations)
      }
      case 'lose': {
        const ghost = { request: ticked(request, process.age), dies: dies - process.age }
        const writes = requestOf(request).verb === 'patch'
        return answer(writes ? { ...paid, ghosts: [...world.ghosts, ghost] } : paid, noAnswer)
      }
      case 'refuse':
        return answer(paid, refusal)
      case 'slow':
        return { world: mark(paid, 'on the way'), violations: [] }
      case 'land': {
        const { next, answer: found, violations } = this.#land(paid, ticked(request, process.age))
        return { world: mark(next, found), violations }
      }
      case 'deliver':
        return answer(world, process.slow[slot] as Answer)
      default:
        return request === 0 ? this.#input(world, p, { do: 'reading', slot, value: undefined }) : answer(world, tooLate)
    }
  }

  /** A process begins; what it reads before its first pass is what is there. */
  #start(world: World, p: number): Next | Promise<Next> {
    const { bw, vs, dr, standby } = world
    const process: Running = {
      local: this.locals.unborn.id,
      age: 0,
      role: 'leads',
      stopped: false,
      lags: false,
      slow: {},
    }
    const caches = (this.staleStandby ? standby : undefined) ?? { bw, vs, dr }
    return this.#input({ ...world, running: [...world.running, process] }, p, { do: 'start', caches })
  }

  #crash(world: World, p: number): World {
    const process = world.running[p] as Running
    const { pending } = this.choices.local(process)
    const late = ghostsOf(pending, process)
    const running = world.running.filter((_, other) => other !== p)
    const faults = world.faults - Number(process.role === 'leads')
    return { ...world, running, faults, ghosts: [...world.ghosts, ...late] }
  }

  #ghost(world: World, index: number): Next {
    const { request } = world.ghosts[index] as Ghost
    const ghosts = world.ghosts.filter((_, other) => other !== index)
    const { next, violations } = this.#land({ ...world, ghosts }, request)
    return { world: next, violations }
  }

  #tick(world: World): World {
    const ms = this.choices.untilNext(world) ?? 0
    return {
      ...world,
      bw: ticked(world.bw, ms),
      running: world.running.map(process => ({
        ...process,
        age: process.age + ms,
        slow: tickedAnswers(process.slow, ms),
      })),
      ghosts: world.ghosts
        .map(({ request, dies }) => ({ request: ticked(request, ms), dies: dies - ms }))
        .filter(({ dies }) => dies > 0),
      weightAge: Math.min(intervalMs, world.weightAge + ms),
    }
  }

  #input(world: World, p: number, input: Input, before: readonly string[] = []): Next | Promise<Next> {
    const process = world.running[p] as Running
    const local = this.choices.local(process)
    const known = this.locals.known(local, process.age, input)
    if (known !== undefined) return this.#stepped(world, p, known, before)
    return this.locals.step(local, process.age, input).then(step => this.#stepped(world, p, step, before))
  }

  #stepped(world: World, p: number, step: Step, before: readonly string[]): Next {
    const { local, ended, abandoned, violations } = step
    const process = world.running[p] as Running
    const landed = (slot: number) => typeof process.slow[slot] === 'object'
    const ghosts = abandoned
      .filter(
        ({ slot, request, dies }) => dies > 0 && request !== 0 && !landed(slot) && requestOf(request).verb === 'patch',
      )
      .map(({ request, dies }) => ({ request: ticked(request, process.age), dies }))
    const slow = Object.fromEntries(Object.entries(process.slow).filter(([slot]) => !ended.includes(Number(slot))))
    const next = changed({ ...world, ghosts: [...world.ghosts, ...ghosts] }, p, { local: local.id, age: 0, slow })
    const stepped = next.running[p] as Running
    // Who no longer leads has one request left: that much can happen before it notices.
    if (process.role !== 'leads' && sendsMore(this.choices.local(process), step))
      return { world: this.#crash(next, p), violations: [...before, ...violations] }
    const caughtUp = stepped.lags && this.choices.unseen(next, stepped).length === 0
    const finished = stepped.role === 'follows' && local.pending.length === 0 && local.timer === undefined
    const after = caughtUp ? changed(next, p, { lags: false }) : next
    return {
      world: finished ? { ...after, running: after.running.filter((_, other) => other !== p) } : after,
      violations: [...before, ...violations],
    }
  }

  /** A request takes effect. */
  #land(world: World, id: number): { next: World; answer: Answer; violations: string[] } {
    const request = requestOf(id)
    const key = `${world[request.on]} ${id}`
    let outcome = this.#outcomes.get(key)
    if (outcome === undefined) {
      outcome = serve(world[request.on], request)
      this.#outcomes.set(key, outcome)
    }
    const { object, answer } = outcome
    if (object === world[request.on]) return { next: world, answer, violations: [] }
    const what = request.verb === 'patch' ? request.what : 'get'
    const next = settled(world, { ...world, [request.on]: object }, what)
    return { next, answer, violations: brokenBy({ before: world, after: next, what }) }
  }

  #pending({ local }: Running, slot: number): Pending {
    const found = this.locals.at(local).pending.find(request => request.slot === slot)
    if (found === undefined) throw new Error(`nothing waits in slot ${slot}`)
    return found
  }
}

const sendsMore = (before: Local, { local, ended }: Step) => {
  const old = before.pending.map(({ slot }) => slot).filter(slot => !ended.includes(slot))
  return local.pending.some(
    ({ slot, request }) => request !== 0 && !old.includes(slot) && requestOf(request).verb === 'patch',
  )
}

const changed = (world: World, p: number, changes: Partial<Running>): World => ({
  ...world,
  running: world.running.map((process, other) => (other === p ? { ...process, ...changes } : process)),
})

const ghostsOf = (pending: readonly Pending[], { age, slow }: Running): Ghost[] =>
  pending
    .filter(({ slot, request, dies }) => request !== 0 && dies > age && typeof slow[slot] !== 'object')
    .filter(({ request }) => requestOf(request).verb === 'patch')
    .map(({ request, dies }) => ({ request: ticked(request, age), dies: dies - age }))

const tickedAnswers = (slow: Running['slow'], ms: number): Running['slow'] =>
  Object.fromEntries(
    Object.entries(slow).map(([slot, mark]) => [
      slot,
      typeof mark === 'object' && 'object' in mark ? { object: ticked(mark.object, ms) } : mark,
    ]),
  )

/** What follows from a change for what is watched over it: since when the weight is there, and whose it is. */
function settled(before: World, after: World, what: string): World {
  const moved = trafficOf(before.vs).weight !== trafficOf(after.vs).weight
  const [from, to] = [birdWatchOf(before.bw).engine, birdWatchOf(after.bw).engine]
  const said = to?.lastCommand?.id !== from?.lastCommand?.id && to?.lastCommand?.refused === undefined
  const asWanted = to !== undefined && to.weight === trafficOf(after.vs).weight
  const free = !inProgress(to?.phase) || said || (asWanted && before.bw !== after.bw)
  const ours = before.vs === after.vs ? before.ours : trafficOf(after.vs).weight
  const ended = what === 'rollback' && moved ? (to?.number ?? 0) : before.ended
  return { ...after, weightAge: moved ? 0 : before.weightAge, held: before.held && !free, ours, ended }
}

function people(world: World, deed: Deed): World {
  const paid = { ...world, hands: world.hands - 1 }
  const spec = (changes: object) => ({
    ...paid,
    bw: edited(world.bw, object => Object.assign(object.spec, changes), person),
  })
  const { engine } = birdWatchOf(world.bw)
  const underWay =
    engine?.preparedAt !== undefined &&
    ['Progressing', 'Holding', 'Paused', 'Frozen', 'Baselining'].includes(engine.phase)
  switch (deed.do) {
    case 'weight': {
      const vs = edited(world.vs, object => setWeight(object, deed.to), person)
      // Back at what we left or want, there is nothing of theirs to keep.
      const held = underWay && engine.weight !== deed.to && world.ours !== deed.to
      // Whoever gives the canary traffic takes the place of the rollback that brought it to 0.
      const ended = deed.to === 0 ? world.ended : 0
      return { ...paid, vs, weightAge: world.ours === deed.to ? intervalMs : 0, held, touched: true, ended }
    }
    case 'label': {
      const dr = edited(
        world.dr,
        ({ spec: { subsets } }) => {
          Object.assign((subsets as { labels: object }[])[1]?.labels ?? {}, { version: 'v9' })
        },
        person,
      )
      // A raise under way is planned on the other object, and may still land: nobody can prevent that.
      return { ...paid, dr, touched: true }
    }
    case 'command':
      return { ...paid, bw: commanded(world.bw, deed.name, person) }
    case 'limit':
      return spec({ traffic_limit: 10 })
    case 'lock':
      return spec({ paused: true })
    case 'unlock':
      return spec({ paused: false })
    case 'version':
      return spec({ canary_version: 'v3' })
    case 'delete':
      return { ...paid, bw: deleted(world.bw, person) }
  }
}

function setWeight({ spec }: Stored, canary: number): void {
  const { http } = spec as { http: { route: { weight: number }[] }[] }
  const [production, other] = http[0]?.route ?? []
  if (production !== undefined) production.weight = 100 - canary
  if (other !== undefined) other.weight = canary
}
