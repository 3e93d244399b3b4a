import { expect } from 'vitest'
import type { Load, Tally } from '../../src/index.js'

/** Something measured that is worth keeping; printed with the results. */
export const figure = (text: string): void => console.log(`figure: ${text}`)

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

/** A share of real traffic is a random draw: it lies within four standard deviations. */
export function expectShare(tally: Tally, version: string, weight: number): void {
  const [p, share] = [weight / 100, tally.share(version)]
  const tolerance = 4 * Math.sqrt((p * (1 - p)) / tally.answered)
  expect(tally.answered, `requests at ${weight} %`).toBeGreaterThan(0)
  expect(Math.abs(share - p), `${version} got ${share} of ${tally.answered} at ${weight} %`).toBeLessThanOrEqual(
    tolerance,
  )
}

/**
 * The requests that were answered while something held. A change is noticed late; so what was counted since the last
 * time it was seen to hold is left out.
 */
export async function tallyWhile(load: Load, holds: () => Promise<boolean>): Promise<Tally> {
  load.reset()
  for (let tally = load.snapshot(); ; ) {
    const now = load.snapshot()
    if (!(await holds())) return tally
    tally = now
  }
}
