import { type AbsentTraffic, canonical, type Json } from '@birdwatch/core'

/** How one target is routed. */
export interface Routes {
  /** The canary's share in units of the mesh; the rest is production's. */
  readonly units: number
  readonly production: string
  readonly canary: string
  /** Rises with every change. */
  readonly generation: number
  /** Who made the last change. */
  readonly writer: string
}

/** A change of routes: the weight in percent, the versions that the two destinations select. */
export interface RouteChange {
  readonly weight?: number
  readonly production?: string
  readonly canary?: string
}

/** One change as it happened, for tests to check every write. */
export interface RouteRecord {
  readonly target: Json
  readonly before: Routes
  readonly after: Routes
}

export interface MemoryMeshOptions {
  /** Into how many units the mesh splits a target's traffic (default 100: percents). */
  readonly units?: number
  /** The versions that a target selects before anybody changes it (default `v1` for both). */
  readonly production?: string
  readonly canary?: string
}

/** The routes of a world without network: every target there is until it is removed. Several routers may share one. */
export class MemoryMesh {
  readonly unitsInAll: number
  /** Every change so far, oldest first. */
  readonly records: readonly RouteRecord[]
  readonly #records: RouteRecord[] = []
  readonly #initial: Routes
  readonly #entries = new Map<string, Routes | AbsentTraffic>()
  readonly #listeners = new Set<(target: Json) => void>()

  constructor({ units = 100, production = 'v1', canary = 'v1' }: MemoryMeshOptions = {}) {
    this.unitsInAll = units
    this.records = this.#records
    this.#initial = { units: 0, production, canary, generation: 1, writer: 'nobody' }
  }

  read(target: Json): Routes | AbsentTraffic {
    return this.#entries.get(canonical(target)) ?? this.#initial
  }

  /** Changes the routes of a target that is there; a change to what is there already is none. */
  write(target: Json, by: string, change: RouteChange): void {
    const before = this.read(target)
    if ('state' in before) throw new TypeError(`${canonical(target)} can not be changed: ${before.reason}`)
    const { weight, production = before.production, canary = before.canary } = change
    const units = weight === undefined ? before.units : this.toUnits(weight)
    if (units === before.units && production === before.production && canary === before.canary) return
    const after = { units, production, canary, generation: before.generation + 1, writer: by }
    this.#records.push({ target, before, after })
    this.#put(target, after)
  }

  /** Takes a target away, or makes it unusable. */
  remove(target: Json, absent: AbsentTraffic = { state: 'missing', reason: 'It was removed; restore it.' }): void {
    this.#put(target, absent)
  }

  /** Brings a target (back) as it was in the beginning. */
  restore(target: Json): void {
    this.#put(target, this.#initial)
  }

  /** Calls `listener` after every change; returns a function that ends it. */
  listen(listener: (target: Json) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** The units that stand for a weight: rounded down, but never to none. */
  toUnits(weight: number): number {
    if (!(weight >= 0 && weight <= 100)) throw new RangeError(`a weight of ${weight}; it must be from 0 to 100 percent`)
    return weight === 0 ? 0 : Math.max(1, Math.floor((this.unitsInAll * weight) / 100))
  }

  #put(target: Json, entry: Routes | AbsentTraffic): void {
    this.#entries.set(canonical(target), entry)
    for (const listener of this.#listeners) listener(target)
  }
}
