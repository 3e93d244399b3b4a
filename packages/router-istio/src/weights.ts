/** What production and canary hold together in one route, and the canary's part of it. */
export interface Pair {
  /** Greater than 0. */
  readonly sum: number
  readonly canary: number
}

/** The canary's part of `sum` at `weight` percent: whole, rounded down, but at least 1 once any traffic is wanted. */
export function split(sum: number, weight: number): number {
  if (weight === 0) return 0
  // The small term makes up for percentages without an exact binary form: 32.3 of 1000 must be 323.
  return Math.min(sum, Math.max(1, Math.floor((sum * weight) / 100 + 1e-9)))
}

/** The smallest share above 0, in percent, that every one of these sums can express. */
export const resolutionOf = (pairs: readonly Pair[]): number => 100 / Math.min(...pairs.map(({ sum }) => sum))

/**
 * The percentage that the integers stand for: the first of `expected` that would be written as exactly these, else the
 * roundest. Routes for which there is none in common are not uniform; then the greatest share is told.
 */
export function readWeight(pairs: readonly Pair[], expected: readonly number[]): { weight: number; uniform: boolean } {
  const common = expected.find(weight => standsFor(weight, pairs)) ?? roundest(pairs)
  if (common !== undefined) return { weight: common, uniform: true }
  const shares = pairs.map(pair => roundest([pair]) ?? exactShare(pair))
  return { weight: Math.max(...shares), uniform: pairs.length === 1 }
}

const standsFor = (weight: number, pairs: readonly Pair[]) =>
  pairs.every(({ sum, canary }) => split(sum, weight) === canary)

/** The percentage with the fewest decimals that is written as these integers, never below their true share: 1 of 7 is 15. */
function roundest(pairs: readonly Pair[]): number | undefined {
  return pairs
    .map(exactShare)
    .flatMap(share => [1, 10, 100, 1e3, 1e4, 1e5, 1e6].map(unit => Math.max(0, Math.ceil(share * unit - 1e-9)) / unit))
    .find(weight => standsFor(weight, pairs))
}

const exactShare = ({ sum, canary }: Pair) => (100 * canary) / sum
