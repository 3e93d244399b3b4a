import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../test/support/states.js'
import { History } from './history.js'
import { type Point, pointOf } from './point.js'
import { thin } from './thin.js'

const example = pointOf(undefined, view(), 1, 0) as Point
const point = (seq: number, kind: Point['kind'] = 'check'): Point => ({ ...example, seq, kind })
const seqs = (points: readonly Point[] | undefined) => points?.map(({ seq }) => seq)

function filled({ each = 8, all = 100, points = 0 } = {}): History {
  const history = new History({ each, all })
  for (let seq = 1; seq <= points; seq++) history.add('a', point(seq))
  return history
}

describe('A thinned history', () => {
  it('gives up every second check of its older half, and no step.', () => {
    const points = [1, 2, 3, 4, 5, 6, 7, 8].map(seq => point(seq, seq === 2 ? 'step' : 'check'))

    expect(seqs(thin(points))).toEqual([1, 2, 4, 5, 6, 7, 8])
  })

  it('gives up its oldest quarter when there are only steps.', () => {
    const points = [1, 2, 3, 4, 5, 6, 7, 8].map(seq => point(seq, 'step'))

    expect(seqs(thin(points))).toEqual([3, 4, 5, 6, 7, 8])
  })

  it('is always shorter, in order, and keeps the newest.', () => {
    const kinds = fc.array(fc.constantFrom('step' as const, 'check' as const), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(kinds, of => {
        const points = of.map((kind, i) => point(i, kind))
        const left = thin(points)

        expect(left.length).toBeLessThan(points.length)
        expect(left).toEqual(points.filter(p => left.includes(p)))
        expect(left.at(-1) ?? points.at(-1)).toBe(points.at(-1))
      }),
      { numRuns: 200, seed: 1 },
    )
  })
})

describe('The history', () => {
  it('keeps what happened to each rollout, oldest first.', () => {
    const history = filled({ points: 3 })
    history.add('b', point(4))

    expect(seqs(history.of('a'))).toEqual([1, 2, 3])
    expect(seqs(history.of('b'))).toEqual([4])
    expect(history.of('c')).toEqual([])
  })

  it('is bounded for each rollout.', () => {
    expect(filled({ each: 8, points: 500 }).of('a').length).toBeLessThanOrEqual(8)
  })

  it('is bounded for all together: the longest gives first.', () => {
    const history = filled({ each: 50, all: 20, points: 18 })
    for (let seq = 100; seq < 106; seq++) history.add('b', point(seq))

    expect(history.count).toBeLessThanOrEqual(20)
    expect(history.of('b')).toHaveLength(6)
  })

  it('stays bounded with more rollouts than points.', () => {
    const history = new History({ each: 8, all: 10 })
    for (let seq = 1; seq <= 200; seq++) history.add(`rollout-${seq}`, point(seq))

    expect(history.count).toBeLessThanOrEqual(10)
  })

  it('tells what was added since, and that it can not when some of that is gone.', () => {
    const history = filled({ each: 8, points: 9 })

    expect(seqs(history.since('a', 7))).toEqual([8, 9])
    expect(history.since('a', 1)).toBeUndefined()
  })

  it('forgets what belongs to a rollout that is gone.', () => {
    const history = filled({ points: 3 })
    history.forget('a')

    expect(history.of('a')).toEqual([])
    expect(history.count).toBe(0)
  })
})
