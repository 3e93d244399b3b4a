import type { KubeObject } from '@birdwatch/playground'
import type { RolloutStory } from '../story/story.js'
import type { Timeline } from '../time/timeline.js'
import { type BirdWatchObject, type Cluster, canaryOf, commandOf, type Write } from '../world/cluster.js'
import type { Probe } from '../world/metrics.js'
import { brokenBy, type Facts, type Saved } from './facts.js'
import { ofLabels, ofRoutes } from './routes.js'
import { ofSaves } from './saves.js'

export interface JudgeParts {
  readonly cluster: Cluster
  readonly timeline: Timeline
  readonly probes: readonly Probe[]
  /** Whether the story loses an event. */
  readonly unseen: boolean
  /** When a process was started; undefined for whoever is no controller. */
  readonly startOf: (who: string) => number | undefined
  readonly broken: (sentence: string) => void
}

/** Everything that a controller may ask for. */
const allowed =
  /^((get|list|watch|patch) (birdwatches|virtualservices|destinationrules)|patch birdwatches\/status|(list|watch) (deployments|services)|create events|(get|create|replace) leases|create leases)$/
/**
 * How often one process may send the same within a second for one rollout: who edits it all the time has it begun and ended
 * some times a second, with half a dozen saves each; what is repeated without pause comes a hundred times.
 */
const mostInASecond = 20

interface Book {
  readonly story: RolloutStory
  readonly saves: Saved[]
  weightSince: number
  weightBy: string
  raisedAt: number
  reached: number
  abortedAt: number
  emptySince: number | undefined
}

/** Judges every write when it takes effect, and every request when it is sent. */
export class Judge {
  /** Whatever was ever written, by rollout. */
  readonly books = new Map<string, Book>()
  readonly #recent = new Map<string, number[]>()

  constructor(private readonly parts: JudgeParts) {
    parts.cluster.onWrite(write => this.#wrote(write))
  }

  follow(name: string, story: RolloutStory): void {
    const { now } = this.parts.timeline
    this.books.set(name, {
      story,
      saves: [],
      weightSince: now,
      weightBy: 'setup',
      raisedAt: Number.NEGATIVE_INFINITY,
      reached: 0,
      abortedAt: Number.NEGATIVE_INFINITY,
      emptySince: undefined,
    })
  }

  requested(process: string, what: string): void {
    const { broken, timeline } = this.parts
    if (!allowed.test(what)) broken(`${process} asked for what it has no business with: ${what}`)
    const key = `${process} ${what}`
    const recent = [...(this.#recent.get(key) ?? []).filter(at => at > timeline.now - 1000), timeline.now]
    this.#recent.set(key, recent)
    if (recent.length > mostInASecond * this.books.size)
      broken(`${process} sent ${recent.length} ${what} within a second`)
  }

  #wrote(write: Write): void {
    const { cluster, startOf } = this.parts
    const name = write.kind === 'Deployment' ? write.name.replace(/-v\d$/, '') : write.name
    const book = this.books.get(name)
    if (book === undefined) return
    const { before, after } = write
    const startedAt = startOf(write.by)
    const changed = {
      ...this.#facts(name, book),
      write: { ...write, before: before as KubeObject, after: after as KubeObject },
    }
    if (write.kind === 'BirdWatch') this.#saved(name, book, write, startedAt ?? 0)
    if (startedAt !== undefined && before !== undefined && after !== undefined) {
      if (write.kind === 'VirtualService') this.#judge(name, brokenBy(ofRoutes, changed))
      if (write.kind === 'DestinationRule') this.#judge(name, brokenBy(ofLabels, changed))
    }
    if (startedAt === undefined && write.kind === 'BirdWatch' && commandOf(after) === 'abort')
      book.abortedAt = this.parts.timeline.now
    if (write.kind === 'VirtualService') this.#note(book, write, startedAt !== undefined)
    const empty = cluster.available(name, cluster.versions(name).production) === 0
    book.emptySince = empty ? (book.emptySince ?? this.parts.timeline.now) : undefined
  }

  #note(book: Book, { by, before, after }: Write, isOurs: boolean): void {
    const { now } = this.parts.timeline
    const [from, to] = [canaryOf(before), canaryOf(after)]
    if (from === to) return
    book.weightSince = now
    book.weightBy = by
    if (!isOurs) return
    if (to > book.reached) book.raisedAt = now
    if (to === 0) book.raisedAt = Number.NEGATIVE_INFINITY
    book.reached = to === 0 ? 0 : Math.max(book.reached, to)
  }

  #saved(name: string, book: Book, { by, after }: Write, startedAt: number): void {
    const state = (after as BirdWatchObject | undefined)?.status?.engine
    const before = book.saves.at(-1)?.state
    if (state === undefined || JSON.stringify(state) === JSON.stringify(before)) return
    const save = { at: this.parts.timeline.now, by, state }
    this.#judge(name, brokenBy(ofSaves, { ...this.#facts(name, book), save, before, startedAt }))
    book.saves.push(save)
  }

  #facts(name: string, book: Book): Facts {
    const { cluster, timeline, probes, unseen } = this.parts
    return { ...book, name, cluster, now: timeline.now, probes, unseen }
  }

  #judge(name: string, sentences: readonly string[]): void {
    for (const sentence of sentences) this.parts.broken(`${name}: ${sentence}`)
  }
}
