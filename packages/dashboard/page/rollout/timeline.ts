import type { Point } from '../../src/history/point.js'
import type { Health } from '../../src/view/view.js'

/** What the history shows: a step in full, a run of raises, or a run of checks that led to nothing. */
export type Entry = Step | Climb | Checks

export interface Step {
  readonly kind: 'step'
  readonly point: Point
  /** What is new since the entry before of the same rollout. */
  readonly news: 'phase' | 'weight' | 'reason'
}

/** Raises that followed each other: one is like the next. */
export interface Climb {
  readonly kind: 'climb'
  /** The last of them. */
  readonly point: Point
  /** Newest first. */
  readonly steps: readonly Step[]
}

export interface Checks {
  readonly kind: 'checks'
  /** The last of them. */
  readonly point: Point
  readonly count: number
  /** The worst verdict among them. */
  readonly health: Health
}

const byWeight: readonly Health[] = ['unhealthy', 'inconclusive', 'unknown', 'healthy']
const worst = (a: Health, b: Health): Health => (byWeight.indexOf(a) <= byWeight.indexOf(b) ? a : b)

/** Points, oldest first, to entries, newest first. */
export function timelineOf(points: readonly Point[]): Entry[] {
  const entries: Entry[] = []
  for (const point of points) {
    const last = entries.at(-1)
    const before = last?.point.rollout === point.rollout ? last : undefined
    const health = point.check?.health ?? 'unknown'
    if (point.kind === 'step') entries.push({ kind: 'step', point, news: newsOf(before?.point, point) })
    else if (before?.kind === 'checks')
      entries[entries.length - 1] = { ...before, point, count: before.count + 1, health: worst(before.health, health) }
    else entries.push({ kind: 'checks', point, count: 1, health })
  }
  return folded(entries.reverse())
}

/** Fewer raises than this are shown one by one. */
const fewest = 3

/** Entries, newest first, with each run of raises as one. */
function folded(entries: readonly Entry[]): Entry[] {
  const runs: Entry[][] = []
  for (const entry of entries) {
    const last = runs.at(-1)
    if (last?.[0] !== undefined && isRaise(last[0]) && isRaise(entry)) last.push(entry)
    else runs.push([entry])
  }
  return runs.flatMap(run => {
    const [newest] = run
    return newest === undefined || run.length < fewest
      ? run
      : [{ kind: 'climb', point: newest.point, steps: run as Step[] } as const]
  })
}

const isRaise = (entry: Entry): boolean =>
  entry.kind === 'step' && entry.news === 'weight' && entry.point.reason.code === 'raised'

function newsOf(before: Point | undefined, { phase, weight }: Point): Step['news'] {
  if (before?.phase !== phase) return 'phase'
  return before.weight === weight ? 'reason' : 'weight'
}
