import type { Phase } from '@birdwatch/core'
import type { RolloutRow } from '../../src/view/view.js'

/** Groups of phases, as people look for them. */
export const groups = {
  all: { label: 'All', holds: (_: RolloutRow) => true },
  attention: { label: 'Attention', holds: (row: RolloutRow) => row.attention },
  moving: { label: 'In progress', holds: (row: RolloutRow) => !resting.includes(row.phase) },
  waiting: { label: 'Waiting', holds: (row: RolloutRow) => row.phase === 'Waiting' || row.phase === 'Invalid' },
  ended: { label: 'Ended', holds: (row: RolloutRow) => ended.includes(row.phase) },
} as const
export type Group = keyof typeof groups
export const groupNames = Object.keys(groups) as Group[]

const ended: readonly Phase[] = ['Promoted', 'RolledBack']
const resting: readonly Phase[] = ['Waiting', 'Invalid', ...ended]

export type SortKey = 'urgency' | 'service' | 'weight' | 'age'

export interface Filter {
  readonly text: string
  readonly group: Group
  readonly sort: SortKey
}

/** Every word must be found in the row's name, service, versions or phase. */
function matches(row: RolloutRow, words: readonly string[]): boolean {
  const { key, service, canaryVersion, productionVersion = '', phase } = row
  const text = `${key} ${service} ${canaryVersion} ${productionVersion} ${phase}`.toLowerCase()
  return words.every(word => text.includes(word))
}

const compare = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0)

/** Who waits for a person comes first, then what moves, then what waits, then what has ended: the latest first. */
const urgency = (row: RolloutRow): number =>
  row.attention ? 0 : groups.moving.holds(row) ? 1 : groups.waiting.holds(row) ? 2 : 3

const byKey = (a: RolloutRow, b: RolloutRow) => compare(a.key, b.key)

const orders: Readonly<Record<SortKey, (a: RolloutRow, b: RolloutRow) => number>> = {
  urgency: (a, b) =>
    compare(urgency(a), urgency(b)) || (urgency(a) === 3 ? compare(b.endedAt ?? 0, a.endedAt ?? 0) : 0) || byKey(a, b),
  service: (a, b) => compare(a.service, b.service) || byKey(a, b),
  weight: (a, b) => compare(b.weight, a.weight) || byKey(a, b),
  age: (a, b) => compare(b.since, a.since) || byKey(a, b),
}

/** The rows to show, in order. */
export function select(rows: Iterable<RolloutRow>, { text, group, sort }: Filter): RolloutRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const { holds } = groups[group]
  return [...rows].filter(row => holds(row) && matches(row, words)).sort(orders[sort])
}

/** How many rows each group has. */
export function countGroups(rows: Iterable<RolloutRow>): Record<Group, number> {
  const counts = { all: 0, attention: 0, moving: 0, waiting: 0, ended: 0 }
  for (const row of rows) for (const group of groupNames) if (groups[group].holds(row)) counts[group]++
  return counts
}
