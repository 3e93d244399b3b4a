import { codeOf, type ReadyTraffic } from '@birdwatch/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyPatch } from '../../../test/support/json-patch.js'
import { planPreparation, planPromotion, planRollback, planShift } from '../src/plan.js'
import { show } from '../src/show.js'
import { anyShape, percent, shiftable, viewing } from './arbitrary.js'
import { applied, shares, sum, withoutOurWeights } from './oracle.js'

type Service = Parameters<typeof shares>[0]

const shift = (service: Service, weight: number) => applied(service, planShift(weight, undefined)(viewing(service)))
const rollback = (service: Service) => applied(service, planRollback(viewing(service)))
const observed = (service: Service, expected: number[]) => show(viewing(service), expected, 'birdwatch') as ReadyTraffic
const check = (property: (service: Service, weight: number) => void) =>
  fc.assert(
    // What an assertion returns is no verdict: it throws.
    fc.property(shiftable, percent, (service, weight) => void property(service, weight)),
    { numRuns: 300 },
  )

describe('after any shift of any VirtualService', () => {
  test('nothing has changed but the weights of our two destinations in routes that list both', () => {
    check((service, weight) => expect(withoutOurWeights(shift(service, weight))).toEqual(withoutOurWeights(service)))
  })

  test('every route holds what it held, a weight that was left out counting as 0', () => {
    const held = (service: Service) => shares(service).map(({ all }) => sum(all))
    check((service, weight) => expect(held(shift(service, weight))).toEqual(held(service)))
  })

  test('production and canary hold together what they held together', () => {
    const held = (service: Service) => shares(service).map(({ production, canary }) => sum([...production, ...canary]))
    check((service, weight) => expect(held(shift(service, weight))).toEqual(held(service)))
  })

  test('the canary holds at most its share, unless one unit is more than that', () => {
    check((service, weight) => {
      const excess = shares(shift(service, weight)).map(({ production, canary }) => {
        const units = sum(canary)
        return units - Math.max((sum([...production, ...canary]) * weight) / 100, Math.min(1, weight))
      })
      expect(Math.max(...excess)).toBeLessThanOrEqual(0)
    })
  })

  test('the canary has traffic in every route exactly if it was to have any', () => {
    check((service, weight) => {
      const exposed = shares(shift(service, weight)).map(({ canary }) => sum(canary) > 0)
      expect(new Set(exposed)).toEqual(new Set([weight > 0]))
    })
  })

  test('no weight is negative, and no route is without any', () => {
    check((service, weight) => {
      const after = shares(shift(service, weight))
      expect(Math.min(...after.flatMap(({ all }) => all))).toBeGreaterThanOrEqual(0)
      expect(Math.min(...after.map(({ all }) => sum(all)))).toBeGreaterThan(0)
    })
  })

  test('the same shift again has nothing to write', () => {
    check((service, weight) => {
      expect(planShift(weight, undefined)(viewing(shift(service, weight)))).toBeUndefined()
    })
  })

  test('its weight is observed, and all routes agree', () => {
    check((service, weight) => {
      expect(observed(shift(service, weight), [weight])).toMatchObject({ weight, uniform: true })
    })
  })

  test('an observation that expected something else sees a weight that would be written as the same integers', () => {
    check((service, weight) => {
      const after = shift(service, weight)
      expect(shift(after, observed(after, []).weight)).toEqual(after)
    })
  })

  test('a shift by way of another weight ends where the direct one does', () => {
    fc.assert(
      fc.property(shiftable, percent, percent, (service, detour, weight) => {
        const direct = shares(shift(service, weight))
        expect(shares(shift(shift(service, detour), weight))).toEqual(direct)
      }),
    )
  })

  test('a rollback leaves the canary with nothing and production with all of it', () => {
    check((service, weight) => {
      const after = rollback(shift(service, weight))
      const before = shares(service).map(({ production, canary }) => sum([...production, ...canary]))
      expect(shares(after).map(({ production }) => sum(production))).toEqual(before)
      expect(observed(after, [])).toMatchObject({ weight: 0, uniform: true, settled: true })
    })
  })

  test('only weights of destinations were written, after testing which ones they are', () => {
    check((service, weight) => {
      const { operations = [] } = planShift(weight, undefined)(viewing(service)) ?? {}
      const written = operations.filter(({ op }) => op !== 'test').slice(1)
      expect(written.filter(({ path }) => !/^\/spec\/(http|tcp|tls)\/\d+\/route\/\d+\/weight$/.test(path))).toEqual([])
      const tested = operations.filter(({ op }) => op === 'test').map(({ path }) => path)
      const needed = written.map(({ path }) => path.replace(/weight$/, 'destination/subset'))
      expect(tested).toEqual(expect.arrayContaining(needed))
    })
  })
})

describe('after a rollback of whatever there is', () => {
  const checkAny = (property: (service: Service) => void) =>
    fc.assert(
      fc.property(
        anyShape.filter(service => shares(service).length > 0),
        service => void property(service),
      ),
      { numRuns: 300 },
    )

  test('no canary of ours holds anything', () => {
    checkAny(service => {
      const held = shares(rollback(service)).flatMap(({ canary }) => canary)
      expect(held.filter(weight => weight !== 0)).toEqual([])
    })
  })

  test('no weight of ours is negative, and no route is without any weight', () => {
    checkAny(service => {
      const after = shares(rollback(service))
      expect(Math.min(...after.flatMap(({ production }) => production))).toBeGreaterThanOrEqual(0)
      expect(Math.min(...after.map(({ all }) => sum(all)))).toBeGreaterThan(0)
    })
  })

  test('nothing has changed but the weights of our two destinations in routes that list both', () => {
    checkAny(service => expect(withoutOurWeights(rollback(service))).toEqual(withoutOurWeights(service)))
  })

  test('the same again has nothing to write', () => {
    checkAny(service => expect(planRollback(viewing(rollback(service)))).toBeUndefined())
  })

  test('0 is observed in every route, whatever was expected', () => {
    checkAny(service => {
      expect(observed(rollback(service), [30, 20])).toMatchObject({ weight: 0, uniform: true, settled: true })
    })
  })

  test('and never before it has nothing left to do', () => {
    checkAny(service => {
      const { weight, uniform, settled } = observed(service, [30, 20])
      const idle = planRollback(viewing(service)) === undefined
      expect([weight === 0 && uniform, settled]).toEqual([idle, idle])
    })
  })
})

describe('a shift of whatever there is', () => {
  const checkAny = (property: (service: Service, weight: number) => void) =>
    fc.assert(
      fc.property(
        anyShape.filter(service => shares(service).length > 0),
        percent,
        (service, weight) => void property(service, weight),
      ),
      { numRuns: 500 },
    )
  const attempt = (service: Service, weight: number) => {
    try {
      return shift(service, weight)
    } catch (error) {
      expect(codeOf(error)).toBe('TRAFFIC_UNUSABLE')
      return undefined
    }
  }
  const held = (service: Service) => shares(service).map(({ canary }) => sum(canary.map(weight => Math.max(0, weight))))

  test('gives no canary more where there is a problem', () => {
    checkAny((service, weight) => {
      const { problem } = observed(service, [])
      const before = held(service)
      const gained = held(attempt(service, weight) ?? service).filter((units, i) => units > (before[i] ?? 0))
      expect(problem === undefined ? [] : gained).toEqual([])
    })
  })

  test('is refused only where there is a problem, and only for more', () => {
    checkAny((service, weight) => {
      if (attempt(service, weight) !== undefined) return
      const { problem, weight: present, uniform } = observed(service, [])
      expect(problem).toBeDefined()
      expect(uniform && weight < present).toBe(false)
    })
  })

  test('to 0 is a rollback', () => {
    checkAny(service => expect(attempt(service, 0)).toEqual(rollback(service)))
  })

  test('writes no negative weight, and leaves no route of ours without any', () => {
    checkAny((service, weight) => {
      const after = attempt(service, weight)
      const left = after === undefined ? [] : shares(after)
      expect(left.flatMap(({ production, canary }) => [...production, ...canary]).filter(units => units < 0)).toEqual(
        [],
      )
      expect(left.filter(({ all }) => sum(all) <= 0)).toEqual([])
    })
  })
})

describe('labels', () => {
  const rollOut = (service: Service, version: string) => {
    const view = viewing(rollback(service))
    const { operations = [] } = planPreparation(version)(view) ?? {}
    return applyPatch(view.destinationRule, operations)
  }

  test('preparing changes the version of the canary subset and nothing else', () => {
    fc.assert(
      fc.property(shiftable, fc.constantFrom('v04', 'v05', '1.10'), (service, version) => {
        const { resourceVersion: _, ...before } = viewing(service).destinationRule?.metadata ?? {}
        expect(rollOut(service, version)).toMatchObject({
          metadata: before,
          spec: {
            host: 'aleph',
            subsets: [
              { name: 'production', labels: { version: 'v03' } },
              { name: 'canary', labels: { version } },
            ],
          },
        })
      }),
    )
  })

  test('a promotion writes one label, then weights, then nothing, from whatever weight', () => {
    check((service, weight) => {
      const shifted = shift(service, weight)
      const first = planPromotion('v04')(viewing(shifted))
      expect(first?.operations.filter(({ op }) => op === 'replace').map(({ path }) => path)).toEqual([
        '/metadata/resourceVersion',
        '/spec/subsets/0/labels/version',
      ])
      const second = planPromotion('v04')(viewing(shifted, 'v04'))
      expect(applied(shifted, second)).toEqual(rollback(shifted))
      expect(planPromotion('v04')(viewing(applied(shifted, second), 'v04'))).toBeUndefined()
    })
  })
})

test('A VirtualService of any shape is observed without an error: ready, missing or unusable.', () => {
  fc.assert(
    fc.property(anyShape, service => {
      expect(['ready', 'missing', 'unusable']).toContain(show(viewing(service), [], 'birdwatch').state)
    }),
    { numRuns: 500 },
  )
})

test('A shape that can be shifted is never taken for one that can not.', () => {
  fc.assert(fc.property(shiftable, service => observed(service, []).problem === undefined))
})
