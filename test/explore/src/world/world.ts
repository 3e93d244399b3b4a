import { beginnings, type Place } from '../api/objects.js'
import { type Answer, store } from '../api/server.js'

/** One process in the world. */
export interface Running {
  /** Which of its states it is in. */
  readonly local: number
  /** How long ago something last reached it, milliseconds. */
  readonly age: number
  /** `leads`: it does; `deposed`: another process leads, and it has not noticed; `follows`: it has, and ends a rollback. */
  readonly role: 'leads' | 'deposed' | 'follows'
  /** It is stopped: neither input nor its own clock reaches it. */
  readonly stopped: boolean
  /** Its watches lag: it hears of changes at any time, or not at all. */
  readonly lags: boolean
  /** Requests of it that take their time, by slot: still on the way, or done with an answer that is on the way back. */
  readonly slow: Readonly<Record<number, Answer | 'on the way'>>
}

/** A request whose sender waits no longer: it takes effect at any time until it `dies`, milliseconds from now, or never. */
export interface Ghost {
  readonly request: number
  readonly dies: number
}

/** The whole world at one moment. All times are relative to it. */
export interface World extends Readonly<Record<Place, number>> {
  readonly running: readonly Running[]
  readonly ghosts: readonly Ghost[]
  /** For how long the canary has had its weight, at most one interval, milliseconds. */
  readonly weightAge: number
  /** Somebody has changed the traffic, and nobody has said that the rollout may go on. */
  readonly held: boolean
  /** The weight that was there when we wrote last. */
  readonly ours: number
  /** Somebody has ever changed the traffic. */
  readonly touched: boolean
  /** The number of the rollout that we brought back to 0 last; 0 for none. */
  readonly ended: number
  /** What a standby's caches hold, where it is to begin with these. */
  readonly standby: Readonly<Record<Place, number>> | undefined
  /** How many more faults there may be, and how much more people may do. */
  readonly faults: number
  readonly hands: number
}

export const intervalMs = 5000

/** @param stale a standby has heard of the beginning, and of nothing since */
export function beginning(faults: number, hands: number, stale = false): World {
  const { bw, vs, dr } = beginnings
  const objects = { bw: store(bw), vs: store(vs), dr: store(dr) }
  return {
    ...objects,
    running: [],
    ghosts: [],
    weightAge: intervalMs,
    held: false,
    ours: 0,
    touched: false,
    ended: 0,
    standby: stale ? objects : undefined,
    faults,
    hands,
  }
}

const roles = ['leads', 'deposed', 'follows'] as const

/** A text that is the same for two worlds if and only if they are. */
export function encode(world: World): string {
  const { bw, vs, dr, running, ghosts, weightAge, held, ours, touched, ended, standby, faults, hands } = world
  const processes = running.map(({ local, age, role, stopped, lags, slow }) => [
    local,
    age,
    roles.indexOf(role) * 4 + Number(stopped) * 2 + Number(lags),
    Object.keys(slow).length === 0 ? 0 : slow,
  ])
  const late = ghosts
    .map(({ request, dies }) => [request, dies])
    .sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number))
  const old = standby && [standby.bw, standby.vs, standby.dr]
  return JSON.stringify([
    bw,
    vs,
    dr,
    processes,
    late,
    weightAge,
    Number(held) + 2 * Number(touched) + 4 * ours,
    ended,
    faults,
    hands,
    old ?? 0,
  ])
}

type Encoded = [
  number,
  number,
  number,
  [number, number, number, Running['slow'] | 0][],
  [number, number][],
  number,
  number,
  number,
  number,
  number,
  [number, number, number] | 0,
]

export function decode(text: string): World {
  const [bw, vs, dr, processes, late, weightAge, marks, ended, faults, hands, old] = JSON.parse(text) as Encoded
  return {
    bw,
    vs,
    dr,
    running: processes.map(([local, age, flags, slow]) => ({
      local,
      age,
      role: roles[flags >> 2] ?? 'leads',
      stopped: (flags & 2) > 0,
      lags: (flags & 1) > 0,
      slow: slow === 0 ? {} : slow,
    })),
    ghosts: late.map(([request, dies]) => ({ request, dies })),
    weightAge,
    held: (marks & 1) > 0,
    touched: (marks & 2) > 0,
    ours: marks >> 2,
    ended,
    standby: old === 0 ? undefined : { bw: old[0], vs: old[1], dr: old[2] },
    faults,
    hands,
  }
}
