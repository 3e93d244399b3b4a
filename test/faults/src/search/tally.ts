import type { Outcome } from '../outcome.js'
import type { Story } from '../story/story.js'

/** What one world came to. */
export interface WorldResult {
  readonly seed: number
  readonly rollouts: number
  /** Writes that were judged. */
  readonly writes: number
  readonly simulatedMs: number
  /** What went wrong in its story, and the phases in which its rollouts ended. */
  readonly faults: readonly string[]
  readonly ends: readonly string[]
  /** The laws that were broken. */
  readonly violations: readonly string[]
  /** Processor time of the worker so far, milliseconds. */
  readonly cpuMs: number
}

export function resultOf({ seed, rollouts, faults }: Story, outcome: Outcome, cpuMs: number): WorldResult {
  return {
    seed,
    rollouts: rollouts.length,
    writes: outcome.changes.length,
    simulatedMs: outcome.simulatedMs,
    faults: faults.map(fault =>
      fault.do === 'request' || 'fault' in fault ? `${fault.do}: ${fault.fault}` : fault.do,
    ),
    ends: outcome.ends,
    violations: outcome.violations,
    cpuMs,
  }
}

/** Sums up what many worlds came to. */
export class Tally {
  worlds = 0
  rollouts = 0
  writes = 0
  simulatedMs = 0
  readonly faults = new Map<string, number>()
  readonly ends = new Map<string, number>()
  /** The seeds that broke a law. */
  readonly broken: number[] = []

  add({ seed, rollouts, writes, simulatedMs, faults, ends, violations }: WorldResult): void {
    this.worlds++
    this.rollouts += rollouts
    this.writes += writes
    this.simulatedMs += simulatedMs
    for (const fault of faults) count(this.faults, fault)
    for (const end of ends) count(this.ends, end)
    if (violations.length > 0) this.broken.push(seed)
  }

  /** The whole of it, for people. */
  table(seconds: number, cpuSeconds: number): string {
    const { worlds, rollouts, writes, simulatedMs, broken } = this
    const rows: [string, string][] = [
      ['rollouts', `${rollouts} in ${worlds} worlds`],
      ['writes judged', `${writes}`],
      ['faults', listed(this.faults)],
      ['ends', listed(this.ends)],
      ['simulated time', `${(simulatedMs / 3_600_000).toFixed(1)} h`],
      ['time', `${seconds.toFixed(0)} s: ${(rollouts / seconds).toFixed(1)} rollouts a second`],
      [
        'processor time',
        `${cpuSeconds.toFixed(0)} s: ${((cpuSeconds * 1000) / Math.max(1, rollouts)).toFixed(0)} ms a rollout`,
      ],
      ['laws broken by', broken.length === 0 ? 'no seed' : `${broken.length} seeds: ${broken.join(', ')}`],
    ]
    return rows.map(([name, value]) => `${name.padEnd(16)}${value}`).join('\n')
  }
}

const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)

/** The most frequent first. */
function listed(counts: ReadonlyMap<string, number>): string {
  const sum = [...counts.values()].reduce((total, n) => total + n, 0)
  const each = [...counts].sort(([, a], [, b]) => b - a).map(([what, n]) => `${what} ${n}`)
  return sum === 0 ? 'none' : `${sum}: ${each.join(', ')}`
}
