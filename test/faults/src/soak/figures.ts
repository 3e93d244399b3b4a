/** What a long run looks like at one moment. */
export interface Figures {
  readonly minute: number
  readonly rssMiB: number
  readonly heapMiB: number
  /** Timers, sockets and requests that are open. */
  readonly handles: number
  readonly requestsPerSecond: number
  /** Rollouts that have ended so far, and faults so far. */
  readonly ended: number
  readonly faults: number
}

/** How much more than in the first third the last third may be, beside a little that is always allowed. */
const growth = 1.25
const little = { heapMiB: 8, handles: 60, requestsPerSecond: 20 }

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0

/** What has grown; empty when all is flat. */
export function judge(found: readonly Figures[]): string[] {
  const third = Math.max(1, Math.floor(found.length / 3))
  return (['heapMiB', 'handles', 'requestsPerSecond'] as const).flatMap(what => {
    const [early, late] = [found.slice(0, third), found.slice(-third)].map(part => median(part.map(f => f[what])))
    const allowed = (early ?? 0) * growth + little[what]
    return (late ?? 0) <= allowed ? [] : [`${what} grew from ${early} to ${late}, more than the ${allowed} allowed`]
  })
}
