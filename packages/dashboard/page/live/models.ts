import type { ListChange, RolloutChange, RolloutDetail, RolloutList } from '../../src/api.js'
import { thin } from '../../src/history/thin.js'
import type { RolloutRow } from '../../src/view/view.js'

/** What the list shows, by key. */
export type Rows = ReadonlyMap<string, RolloutRow>

/** The points that are kept here; a page may stay open for weeks. */
const pointsKept = 1000

/** Takes over an event of the stream of all rollouts. */
export function listAfter(rows: Rows | undefined, change: RolloutList | ListChange): Rows {
  const next = new Map('removed' in change ? rows : [])
  for (const row of change.rollouts) next.set(row.key, row)
  if ('removed' in change) for (const key of change.removed) next.delete(key)
  return next
}

/** Takes over an event of the stream of one rollout; a `reset` has the view, a `change` only when it is another one. */
export function rolloutAfter(
  known: RolloutDetail | undefined,
  change: RolloutDetail | RolloutChange,
  reset: boolean,
): RolloutDetail {
  const { now, view = known?.view ?? null } = change
  if (reset || known === undefined) return { now, view, points: change.points }
  const points = [...known.points, ...change.points]
  return { now, view, points: points.length > pointsKept ? thin(points) : points }
}
