import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { bandAround, indexAt, pointsOf, rangeOf, readingSeries, weightSeries } from '../../page/chart/series.js'
import { listAfter, rolloutAfter } from '../../page/live/models.js'
import { shares } from '../../page/playground/shares.js'
import { timelineOf } from '../../page/rollout/timeline.js'
import { toYaml } from '../../page/rollout/yaml.js'
import type { MetricView, Point } from '../../src/index.js'
import { rowOf } from '../../src/view/view-of.js'
import { now, view } from '../support/states.js'

const saying = { code: 'check_passed', level: 'silent', text: 'Healthy.' } as const

function point(seq: number, changes: Partial<Point> = {}): Point {
  const base = { seq, at: now + seq * 1000, rollout: 'uid-1', kind: 'step', phase: 'Progressing' } as const
  return { ...base, weight: seq * 5, reason: saying, ...changes }
}

const check = (
  at: number,
  reading: number | undefined,
  health: Point['phase'] | string = 'healthy',
): Partial<Point> => ({
  check: {
    at,
    weight: 5,
    health: health as 'healthy',
    readings: [
      { name: 'errors', at, health: health as 'healthy', baseline: 1, ...(reading === undefined ? {} : { reading }) },
    ],
  },
})

describe('The chart of the weight', () => {
  it('holds the last weight until now.', () => {
    expect(weightSeries([point(1), point(2)], now + 9000)).toMatchObject({
      times: [now + 1000, now + 2000, now + 9000],
      weights: [5, 10, 10],
    })
  })

  it('has each check at the weight that it was made at.', () => {
    expect(weightSeries([point(2, check(now, 1.1))], now).checks).toEqual([{ at: now, value: 5, health: 'healthy' }])
  })

  it('is empty before anything is known.', () => {
    expect(weightSeries([], now)).toEqual({ times: [], weights: [], checks: [] })
  })

  it('shows one rollout only.', () => {
    expect(pointsOf([point(1), point(2, { rollout: 'uid-2' })], { id: 'uid-2' })).toMatchObject([{ seq: 2 }])
  })
})

describe('The chart of a metric', () => {
  it('has its readings in the order of time, none twice, and a gap for no data.', () => {
    const points = [
      point(1, check(10, 1.1)),
      point(2, check(10, 1.1)),
      point(3, check(20, undefined)),
      point(4, check(30, 2)),
    ]

    expect(readingSeries(points, 'errors')).toMatchObject({
      times: [10, 20, 30],
      readings: [1.1, null, 2],
      baselines: [1, 1, 1],
    })
    expect(readingSeries(points, 'latency').times).toEqual([])
  })

  it('has a band as wide as the deviation, on the sides that count.', () => {
    const metric = (direction: MetricView['direction']) => ({ deviation: 0.5, direction }) as MetricView

    expect(bandAround(1, metric('either'))).toEqual({ low: 0.5, high: 1.5 })
    expect(bandAround(1, metric('increase'))).toEqual({ high: 1.5 })
    expect(bandAround(1, metric('decrease'))).toEqual({ low: 0.5 })
  })

  it('reaches beyond everything that is in it, and not below zero without need.', () => {
    const [low, high] = rangeOf([1, 2, null, undefined], 0)

    expect(low).toBeLessThan(1)
    expect(high).toBeGreaterThan(2)
    expect(rangeOf([0, 10], 0)[0]).toBe(0)
    expect(rangeOf([-5, 10], 0)[0]).toBeLessThan(-5)
    expect(rangeOf([3, 3])[1]).toBeGreaterThan(rangeOf([3, 3])[0])
    expect(rangeOf([null])).toEqual([0, 1])
  })

  it('finds what was read last before a time.', () => {
    expect(indexAt([10, 20, 30], 25)).toBe(1)
    expect(indexAt([10, 20, 30], 5)).toBe(-1)
  })
})

describe('The timeline', () => {
  const kinds = (points: readonly Point[]) =>
    timelineOf(points).map(entry => {
      if (entry.kind === 'step') return entry.news
      return entry.kind === 'climb' ? `${entry.steps.length} steps` : `${entry.count} ${entry.health}`
    })

  it('has the newest first, and checks that led to nothing as one line, by their worst verdict.', () => {
    const quiet = (seq: number, health: string) => point(seq, { kind: 'check', weight: 5, ...check(seq, 1, health) })

    expect(
      kinds([point(1), quiet(2, 'healthy'), quiet(3, 'inconclusive'), quiet(4, 'healthy'), point(5, { weight: 5 })]),
    ).toEqual(['reason', '3 inconclusive', 'phase'])
  })

  it('says what is new: the phase, else the weight, else the reason.', () => {
    expect(kinds([point(1), point(2), point(3, { weight: 10 }), point(4, { phase: 'Frozen' })])).toEqual([
      'phase',
      'reason',
      'weight',
      'phase',
    ])
  })

  it('has raises that followed each other as one line, from three on.', () => {
    const raised = { code: 'raised', level: 'progress', text: 'Raised.' } as const
    const raises = [2, 3, 4].map(seq => point(seq, { reason: raised }))

    expect(kinds([point(1), ...raises.slice(1)])).toEqual(['weight', 'weight', 'phase'])
    expect(kinds([point(1), ...raises, point(5, { phase: 'Frozen' })])).toEqual(['phase', '3 steps', 'phase'])
  })

  it('begins anew with each rollout.', () => {
    expect(kinds([point(1), point(2, { rollout: 'uid-2', weight: 5 })])).toEqual(['phase', 'phase'])
  })
})

describe('What the page has seen', () => {
  const row = (name: string) => rowOf(view({}, { namespace: 'shop', name }))

  it('is replaced by a reset, and changed by a change.', () => {
    const first = listAfter(undefined, { now, rollouts: [row('a'), row('b')] })
    const second = listAfter(first, { now, rollouts: [row('c')], removed: ['shop/a'] })

    expect([...second.keys()]).toEqual(['shop/b', 'shop/c'])
    expect([...listAfter(second, { now, rollouts: [row('d')] }).keys()]).toEqual(['shop/d'])
  })

  it('of one rollout grows by its points, and keeps the view where it has not changed.', () => {
    const first = rolloutAfter(undefined, { now, view: view(), points: [point(1)] }, true)
    const second = rolloutAfter(first, { now, points: [point(2)] }, false)

    expect(second).toMatchObject({ view: { key: 'shop/aleph' }, points: [{ seq: 1 }, { seq: 2 }] })
    expect(rolloutAfter(second, { now, view: null, points: [] }, false).view).toBeNull()
    expect(rolloutAfter(second, { now, view: null, points: [] }, true)).toEqual({ now, view: null, points: [] })
  })

  it('of one rollout is bounded, however long the page stays open.', () => {
    const points = Array.from({ length: 700 }, (_, i) => point(i, { kind: 'check' }))
    const first = rolloutAfter(undefined, { now, view: view(), points }, true)

    expect(rolloutAfter(first, { now, points }, false).points.length).toBeLessThan(1400)
  })
})

describe('The YAML of a resource', () => {
  it('reads as people write it.', () => {
    const spec = {
      service: 'aleph',
      canary_version: 'v04',
      deviation: 0.5,
      metrics: [{ name: 'errors', metric: 'sum(rate(x{a="b"}[1m]))' }],
      empty: {},
    }

    expect(toYaml({ kind: 'BirdWatch', spec })).toBe(
      [
        'kind: BirdWatch',
        'spec:',
        '  service: aleph',
        '  canary_version: v04',
        '  deviation: 0.5',
        '  metrics:',
        '    - name: errors',
        '      metric: "sum(rate(x{a=\\"b\\"}[1m]))"',
        '  empty: {}',
        '',
      ].join('\n'),
    )
  })

  it('means the same to a real parser, whatever is in it.', () => {
    const tricky = fc.constantFrom(
      'yes',
      'no',
      'null',
      '1.5',
      '0x1f',
      '- a',
      'a: b',
      '# c',
      '',
      ' a ',
      '~',
      '1e3',
      '.inf',
      'a\nb',
      '%',
      '@x',
    )
    const { tree } = fc.letrec(tie => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(
          tricky,
          fc.string(),
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.oneof(tricky, fc.string({ minLength: 1 })), tie('tree'), {
          maxKeys: 4,
          noNullPrototype: true,
        }),
      ),
    }))
    fc.assert(
      fc.property(tree, value => {
        const json = JSON.parse(JSON.stringify(value))
        expect(parse(toYaml(json))).toEqual(json)
      }),
      { numRuns: 500, seed: 7 },
    )
  })
})

describe('The bar of real requests', () => {
  const version = (role: 'production' | 'canary', requestsPerSecond: number, errorsPerSecond = 0) =>
    ({ version: role, role, requestsPerSecond, errorsPerSecond }) as const

  it('has the canary first, with its share and the part that fails.', () => {
    expect(shares([version('production', 75), version('canary', 25, 10)])).toMatchObject([
      { role: 'canary', share: 0.25, failing: 0.4 },
      { role: 'production', share: 0.75, failing: 0 },
    ])
  })

  it('is empty without requests.', () => {
    expect(shares([version('production', 0)])).toMatchObject([{ share: 0, failing: 0 }])
  })
})
