import { describe, expect, test } from 'vitest'
import { applyPatch } from '../../../test/support/json-patch.js'
import { destinationRule, routing, splitting, target, to, viewOf, virtualService } from '../test/fixtures.js'
import type { Route } from './objects.js'
import { type Change, isExposed, type Plan, planPreparation, planPromotion, planRollback, planShift } from './plan.js'
import type { View } from './view.js'

const beth = (weight: number) => ({ destination: { host: 'beth' }, weight })
const guard = { op: 'replace', path: '/metadata/resourceVersion', value: '7' }

/** The weights of every http route after a plan is applied to these. */
const after = (plan: Plan, ...http: Route[]) => {
  const { operations = [] } = plan(routing(...http)) ?? {}
  const { spec } = applyPatch(virtualService({ http }), operations)
  return spec?.http?.map(({ route = [] }) => route.map(({ weight }) => weight))
}
const writes = (change: Change | undefined) => change?.operations.filter(({ op }) => op !== 'test')
const at60 = (changes: Partial<View> = {}) => ({ ...routing(splitting(40, 60)), ...changes })
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('planShift', () => {
  const shift = (weight: number) => planShift(weight, undefined)

  test('Production gives what the canary gets.', () => {
    expect(after(shift(37), splitting(100, 0))).toEqual([[63, 37]])
  })

  test('A sum that is not 100 is split as it is.', () => {
    expect(after(shift(50), splitting(10, 0), splitting(7, 0), splitting(200, 50))).toEqual([
      [5, 5],
      [4, 3],
      [125, 125],
    ])
  })

  test('The smallest weight is one unit, never none.', () => {
    expect(after(shift(1), splitting(7, 0))).toEqual([[6, 1]])
  })

  test('What other destinations hold stays theirs.', () => {
    expect(after(shift(50), { route: [beth(20), ...splitting(60, 0).route, to('v2', 20)] })).toEqual([[20, 30, 30, 20]])
  })

  test('All of it leaves production with 0, and nothing leaves the canary with 0.', () => {
    expect(after(shift(100), splitting(99, 1))).toEqual([[0, 100]])
    expect(after(shift(0), splitting(1, 99))).toEqual([[100, 0]])
  })

  test('A weight that was left out is written in full.', () => {
    expect(after(shift(10), splitting(100))).toEqual([[90, 10]])
    expect(after(shift(10), splitting(undefined, 100))).toEqual([[90, 10]])
  })

  test('Only routes that differ are written: the others are already there.', () => {
    const change = shift(10)(routing(splitting(90, 10), splitting(100, 0)))
    expect(change?.operations.some(({ path }) => path.startsWith('/spec/http/0'))).toBe(false)
  })

  test('No change is no write.', () => {
    expect(shift(10)(routing(splitting(90, 10)))).toBeUndefined()
  })

  test('The patch is valid for the version it was planned on and no other.', () => {
    expect(shift(10)(viewOf())?.operations[0]).toEqual(guard)
  })

  test('It is planned on the token that it was decided on, and on no other.', () => {
    expect(planShift(20, 'v03/v04 100:0')(viewOf())).toBeDefined()
    expect(() => planShift(20, 'v03/v04 90:10')(viewOf())).toThrow(code('TRAFFIC_STALE'))
  })

  test('A stale token is stale even when the wanted weight is already there.', () => {
    expect(() => planShift(0, 'v03/v04 90:10')(viewOf())).toThrow(code('TRAFFIC_STALE'))
  })

  test('What is missing or unusable is not written to.', () => {
    expect(() => shift(5)(viewOf({ virtualService: undefined }))).toThrow(code('TRAFFIC_MISSING'))
    expect(() => shift(0)(viewOf({ destinationRule: destinationRule({}) }))).toThrow(code('TRAFFIC_UNUSABLE'))
  })
})

describe('planShift with a problem', () => {
  const shift = (weight: number) => planShift(weight, undefined)
  const misfit = { podLabels: { version: 'v09' } }

  test('More for the canary is refused, with its sentence.', () => {
    expect(() => shift(61)(at60(misfit))).toThrow(code('TRAFFIC_UNUSABLE'))
    expect(() => shift(61)(at60(misfit))).toThrow(/v09/)
  })

  test('Less is not, nor is what it has.', () => {
    expect(writes(shift(59)(at60(misfit)))).toContainEqual({
      op: 'replace',
      path: '/spec/http/0/route/1/weight',
      value: 59,
    })
    expect(shift(60)(at60(misfit))).toBeUndefined()
    expect(shift(0)(at60(misfit))).toBeDefined()
  })

  test('Less in one route and more in another is more.', () => {
    expect(() => shift(50)({ ...routing(splitting(0, 100), splitting(60, 40)), ...misfit })).toThrow(
      code('TRAFFIC_UNUSABLE'),
    )
  })

  test('A route in which others hold everything is in nobody’s way.', () => {
    const drained = { route: [...splitting(0, 0).route, beth(100)] }
    expect(shift(10)({ ...routing(drained, splitting(40, 60)), ...misfit })).toBeDefined()
  })

  test('Where there is nothing to split, a weight is refused rather than silently not written.', () => {
    const drained = routing({ route: [...splitting(0, 0).route, beth(100)] })
    expect(() => shift(10)(drained)).toThrow(code('TRAFFIC_UNUSABLE'))
    expect(shift(0)(drained)).toBeUndefined()
  })

  test('Weights that Envoy rejects get no traffic, and are healed at 0.', () => {
    expect(() => shift(5)(routing(splitting(0, 0)))).toThrow(code('TRAFFIC_UNUSABLE'))
    expect(after(shift(0), splitting(0, 0))).toEqual([[100, 0]])
  })

  test('Of a canary that is listed twice, the first keeps what is left.', () => {
    const twice = { route: [to('production', 50), to('canary', 20), to('canary', 30)] }
    expect(after(shift(10), twice)).toEqual([[90, 10, 0]])
  })

  test('A stale token is told before a problem: the engine looks again.', () => {
    expect(() => planShift(70, 'v03/v04 100:0')(at60(misfit))).toThrow(code('TRAFFIC_STALE'))
  })
})

describe('planRollback', () => {
  test('Production gets back what the canary had, in every route.', () => {
    expect(after(planRollback, splitting(40, 60), splitting(0, 7), { route: [to('canary', 100)] })).toEqual([
      [100, 0],
      [7, 0],
      [100],
    ])
  })

  test('It carries no guard: whoever writes at the same time, it must win.', () => {
    expect(planRollback(at60())?.operations).not.toContainEqual(guard)
    expect(planRollback(at60())?.operations[0]).toMatchObject({ op: 'test' })
  })

  test('Weights that were left out are no obstacle.', () => {
    expect(after(planRollback, splitting(undefined, 100))).toEqual([[100, 0]])
    expect(after(planRollback, splitting())).toEqual([[100, undefined]])
  })

  test('A route that Envoy rejects, and so still sends what it sent before, is healed.', () => {
    expect(after(planRollback, splitting(0, 0))).toEqual([[100, 0]])
    expect(after(planRollback, splitting(-1, 101))).toEqual([[101, 0]])
    expect(after(planRollback, splitting(101, -1))).toEqual([[101, 0]])
  })

  test('A pair that holds nothing beside others that do is left with nothing.', () => {
    expect(planRollback(routing({ route: [...splitting(0, 0).route, beth(100)] }))).toBeUndefined()
  })

  test('Destinations that are listed twice are all dealt with.', () => {
    const twice = { route: [to('canary', 10), to('production', 20), to('canary', 30), to('production', 40)] }
    expect(after(planRollback, twice)).toEqual([[0, 60, 0, 40]])
  })

  test('Neither a missing DestinationRule nor labels that do not fit keep a canary exposed.', () => {
    expect(planRollback(at60({ destinationRule: undefined }))).toEqual(planRollback(at60()))
    expect(planRollback(at60({ podLabels: { version: 'v09' } }))).toEqual(planRollback(at60()))
    expect(planRollback(at60({ destinationRule: { ...destinationRule(), spec: { host: 'aleph' } } }))).toBeDefined()
  })

  test('Without routes there is nothing to roll back.', () => {
    expect(() => planRollback(viewOf({ virtualService: undefined }))).toThrow(code('TRAFFIC_MISSING'))
    expect(() => planRollback(routing({ route: [to('canary')] }))).toThrow(code('TRAFFIC_MISSING'))
  })

  test('At 0 it has nothing to do.', () => {
    expect(planRollback(viewOf())).toBeUndefined()
    expect(isExposed(viewOf())).toBe(false)
    expect(isExposed(at60())).toBe(true)
    expect(isExposed(viewOf({ virtualService: undefined }))).toBe(false)
  })
})

describe('planPreparation', () => {
  test('The canary subset is pointed at the version, guarded, and nothing else is.', () => {
    const change = planPreparation('v05')(viewOf())
    expect(change?.ref.kind).toBe('DestinationRule')
    expect(writes(change)).toEqual([guard, { op: 'replace', path: '/spec/subsets/1/labels/version', value: 'v05' }])
  })

  test('It is not while any route still sends traffic there.', () => {
    const exposed = routing(splitting(100, 0), splitting(99, 1))
    expect(() => planPreparation('v05')(exposed)).toThrow(code('TRAFFIC_STALE'))
  })

  test('A version that is there already is no write, and no error at any weight.', () => {
    expect(planPreparation('v04')(viewOf())).toBeUndefined()
    expect(planPreparation('v04')(at60())).toBeUndefined()
  })

  test('With a problem no rollout begins, so that nothing is prepared for one.', () => {
    expect(() => planPreparation('v05')(routing(splitting(100, 0), splitting(0, 0)))).toThrow(code('TRAFFIC_UNUSABLE'))
    expect(() => planPreparation('v04')(viewOf({ podLabels: { version: 'v04-b' } }))).toThrow(code('TRAFFIC_UNUSABLE'))
  })
})

describe('planPromotion', () => {
  const promotion = planPromotion('v04')
  const labelled = destinationRule({ version: 'v04' })

  test('First the production subset gets the version, guarded; the weights stay.', () => {
    const change = promotion(at60())
    expect(change?.ref.kind).toBe('DestinationRule')
    expect(writes(change)).toEqual([guard, { op: 'replace', path: '/spec/subsets/0/labels/version', value: 'v04' }])
  })

  test('Then production gets all traffic, guarded.', () => {
    const change = promotion(at60({ destinationRule: labelled }))
    expect(change?.ref.kind).toBe('VirtualService')
    expect(change?.operations[0]).toEqual(guard)
    expect(after(view => promotion({ ...view, destinationRule: labelled }), splitting(40, 60))).toEqual([[100, 0]])
  })

  test('Then there is nothing left to do.', () => {
    expect(promotion(viewOf({ destinationRule: labelled }))).toBeUndefined()
  })

  test('An undo is one step: the production subset goes back to its version, whatever the pods of the canary.', () => {
    const stable = destinationRule({ version: 'v04', track: 'stable' })
    const view = viewOf({ destinationRule: stable, podLabels: { version: 'v04', track: 'new' } })
    expect(writes(planPromotion('v03')(view))?.at(-1)).toMatchObject({ path: '/spec/subsets/0/labels/version' })
  })

  test('A production subset that would miss the pods of the canary is not switched: it would serve nobody.', () => {
    const stable = destinationRule({ version: 'v03', track: 'stable' })
    const view = at60({ destinationRule: stable, podLabels: { version: 'v04' } })
    expect(() => promotion(view)).toThrow(code('TRAFFIC_UNUSABLE'))
  })

  test('What is missing is not promoted.', () => {
    expect(() => promotion(viewOf({ destinationRule: undefined }))).toThrow(code('TRAFFIC_MISSING'))
    expect(() => promotion(viewOf({ destinationRule: labelled, virtualService: undefined }))).toThrow(
      code('TRAFFIC_MISSING'),
    )
    expect(() => promotion(viewOf({ destinationRule: destinationRule({}) }))).toThrow(code('TRAFFIC_UNUSABLE'))
  })

  test('Subsets with names of their own are the ones that are promoted.', () => {
    const view = viewOf({ target: { ...target, subsets: { production: 'canary', canary: 'production' } } })
    expect(writes(planPromotion('v05')(view))?.at(-1)).toMatchObject({ path: '/spec/subsets/1/labels/version' })
  })
})
