import type { Chance } from '../chance.js'
import type { Fault } from '../story/story.js'
import type { Timeline } from '../time/timeline.js'

export type RequestFault = Extract<Fault, { do: 'request' }>
export type MetricFault = Extract<Fault, { do: 'metric' }>['fault']
export type SlackFault = Extract<Fault, { do: 'slack' }>['fault']

/** A fault for a while. */
class Spell<T> {
  #until = 0
  #what: T | undefined

  constructor(private readonly timeline: Timeline) {}

  begin(what: T, forMs: number): void {
    this.#what = what
    this.#until = this.timeline.now + forMs
  }

  get now(): T | undefined {
    return this.timeline.now < this.#until ? this.#what : undefined
  }

  end(): void {
    this.#until = 0
  }
}

/** What goes wrong at the moment. */
export class Weather {
  readonly metric: Spell<MetricFault>
  readonly slack: Spell<SlackFault>
  /** The API server does not answer. */
  readonly apiDown: Spell<true>
  /** Watch events come this much later, milliseconds. */
  readonly stale: Spell<number>
  #requests: { readonly fault: RequestFault; left: number }[] = []
  #repeats = 0
  #losses: string[] = []

  constructor(
    timeline: Timeline,
    readonly chance: Chance,
  ) {
    this.metric = new Spell(timeline)
    this.slack = new Spell(timeline)
    this.apiDown = new Spell(timeline)
    this.stale = new Spell(timeline)
  }

  expect(fault: RequestFault): void {
    this.#requests.push({ fault, left: fault.times })
  }

  repeatEvent(): void {
    this.#repeats++
  }

  loseEvent(kind: string): void {
    this.#losses.push(kind)
  }

  /** Whether the next event of this kind is lost. */
  takeLoss(kind: string): boolean {
    const found = this.#losses.indexOf(kind)
    if (found >= 0) this.#losses.splice(found, 1)
    return found >= 0
  }

  takeRepeat(): boolean {
    return this.#repeats > 0 && this.#repeats-- > 0
  }

  /** The fault of this request, e.g. `patch virtualservices`. */
  takeFor(what: string): RequestFault | undefined {
    const found = this.#requests.find(({ fault, left }) => left > 0 && matches(fault.on, what))
    if (found !== undefined) found.left--
    return found?.fault
  }

  /** How long a message is on its way, milliseconds. */
  latency(): number {
    return this.chance.int(1, 25)
  }

  mend(): void {
    this.#requests = []
    this.#repeats = 0
    this.#losses = []
    for (const spell of [this.metric, this.slack, this.apiDown, this.stale]) spell.end()
  }
}

function matches(on: string, what: string): boolean {
  const isLease = what.includes('leases')
  return on === '*' ? !isLease : what === on || (!on.includes(' ') && what.startsWith(`${on} `))
}
