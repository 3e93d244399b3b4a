/** Of numbers, where NaN is worse than any other as the smallest or largest. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const average = (values: readonly number[]): number => sum(values) / values.length

const best = (better: (a: number, b: number) => boolean) => (values: readonly number[]) =>
  values.reduce((found, value) => (better(value, found) || Number.isNaN(found) ? value : found))

export const smallest = best((a, b) => a < b)
export const largest = best((a, b) => a > b)
