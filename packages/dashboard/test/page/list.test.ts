import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countGroups, type Filter, select } from '../../page/list/filter.js'
import { rowAfter, windowOf } from '../../page/list/window.js'
import type { RolloutRow } from '../../src/index.js'
import { rowOf } from '../../src/view/view-of.js'
import { now, view } from '../support/states.js'

const row = (name: string, changes: Partial<RolloutRow> = {}): RolloutRow => ({
  ...rowOf(view({}, { namespace: 'shop', name })),
  service: name,
  ...changes,
})

const everything: Filter = { text: '', group: 'all', sort: 'urgency' }
const names = (rows: readonly RolloutRow[]) => rows.map(({ name }) => name)

const rows = [
  row('promoted', { phase: 'Promoted', endedAt: now - 1000, since: now - 1000, weight: 100 }),
  row('older', { phase: 'RolledBack', endedAt: now - 5000, since: now - 5000, weight: 0 }),
  row('waiting', { phase: 'Waiting', weight: 0, since: now - 9000 }),
  row('frozen', { phase: 'Frozen', attention: true, weight: 35 }),
  row('moving', { phase: 'Progressing', canaryVersion: 'v113', weight: 50, since: now - 2000 }),
]

describe('The list', () => {
  it('has first what waits for a person, then what moves, what waits, and what has ended: the latest first.', () => {
    expect(names(select(rows, everything))).toEqual(['frozen', 'moving', 'waiting', 'promoted', 'older'])
  })

  it('can be ordered by service, weight and age.', () => {
    expect(names(select(rows, { ...everything, sort: 'service' }))[0]).toBe('frozen')
    expect(names(select(rows, { ...everything, sort: 'weight' }))[0]).toBe('promoted')
    expect(names(select(rows, { ...everything, sort: 'age' })).at(-1)).toBe('waiting')
  })

  it.each([
    ['shop', 5],
    ['V113', 1],
    ['moving v113', 1],
    ['moving frozen', 0],
    ['  rolledback ', 1],
  ])('filtered by %j has %i rows: every word must be found.', (text, count) => {
    expect(select(rows, { ...everything, text })).toHaveLength(count)
  })

  it('counts its groups, each as it filters it.', () => {
    const counts = countGroups(rows)

    expect(counts).toEqual({ all: 5, attention: 1, moving: 2, waiting: 1, ended: 2 })
    expect(select(rows, { ...everything, group: 'moving' })).toHaveLength(counts.moving)
  })
})

describe('What of the list is drawn', () => {
  it('covers what is seen, and is bounded however long the list is.', () => {
    const views = fc.record({
      above: fc.integer({ min: -2000, max: 1_000_000 }),
      height: fc.integer({ min: 100, max: 2000 }),
      rowHeight: fc.integer({ min: 20, max: 120 }),
      count: fc.integer({ min: 0, max: 10_000 }),
    })
    fc.assert(
      fc.property(views, of => {
        const { first, last } = windowOf(of)
        const seen = (index: number) =>
          (index + 1) * of.rowHeight > of.above && index * of.rowHeight < of.above + of.height
        const bounds = [0, first, last, of.count]

        expect([...bounds].sort((a, b) => a - b)).toEqual(bounds)
        expect(last - first).toBeLessThanOrEqual(of.height / of.rowHeight + 18)
        expect(first > 0 && seen(first - 1)).toBe(false)
        expect(last < of.count && seen(last)).toBe(false)
      }),
      { numRuns: 500, seed: 3 },
    )
  })
})

describe('A key', () => {
  const list = { count: 100, page: 10 }

  it.each([
    ['ArrowDown', 4, 5],
    ['j', 4, 5],
    ['ArrowUp', 4, 3],
    ['k', 0, 0],
    ['PageDown', 95, 99],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
  ])('%s leads from row %i to row %i.', (key, from, to) => expect(rowAfter(key, from, list)).toBe(to))

  it('that is none of these leads nowhere.', () => {
    expect(rowAfter('x', 4, list)).toBeUndefined()
    expect(rowAfter('End', 0, { count: 0, page: 10 })).toBeUndefined()
  })
})
