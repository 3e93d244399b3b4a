import type { VersionTraffic } from '../../src/playground.js'

export interface Share extends VersionTraffic {
  /** Its part of all requests, 0 to 1. */
  readonly share: number
  /** The part of its own requests that fail, 0 to 1. */
  readonly failing: number
}

const part = (of: number, all: number): number => (all > 0 ? Math.min(of / all, 1) : 0)

/** How the requests are split, the canary first: as in the bar of the weights. */
export function shares(versions: readonly VersionTraffic[]): Share[] {
  const all = versions.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0)
  return versions
    .map(version => ({
      ...version,
      share: part(version.requestsPerSecond, all),
      failing: part(version.errorsPerSecond, version.requestsPerSecond),
    }))
    .sort((a, b) => (a.role === b.role ? 0 : a.role === 'canary' ? -1 : 1))
}
