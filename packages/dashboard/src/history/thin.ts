import type { Point } from './point.js'

/**
 * Halves the older half of a history: steps are worth more than checks, and recent points more than old ones. Where
 * there are no checks left to give up, the oldest quarter goes.
 */
export function thin(points: readonly Point[]): Point[] {
  const half = Math.floor(points.length / 2)
  let checks = 0
  const older = points.slice(0, half).filter(({ kind }) => kind === 'step' || checks++ % 2 === 0)
  return older.length < half ? [...older, ...points.slice(half)] : points.slice(Math.ceil(points.length / 4))
}
