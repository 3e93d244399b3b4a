import type { AbsentTraffic } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import { destinationRule, routing, splitting, target, to, viewOf, virtualService } from '../test/fixtures.js'
import { type Layout, survey } from './survey.js'
import type { View } from './view.js'

const absent = (view: View) => survey(view) as AbsentTraffic
/** The problem of a layout; what is no layout has none, and fails. */
const problem = (view: View) => {
  const found = survey(view)
  expect(found).not.toHaveProperty('state')
  return (found as Layout).problem
}
const beth = (weight?: number) => ({ destination: { host: 'beth' }, ...(weight === undefined ? {} : { weight }) })

describe('what is missing', () => {
  test('A VirtualService that is not there is named, with the YAML to paste.', () => {
    const { state, reason } = absent(viewOf({ virtualService: undefined }))
    expect(state).toBe('missing')
    expect(reason).toMatch(/no VirtualService default\/aleph/)
    expect(reason).toMatch(/kind: VirtualService/)
    expect(reason).not.toMatch(/DestinationRule|undefined/)
  })

  test('A DestinationRule that is not there is named, with the YAML to paste.', () => {
    const { state, reason } = absent(viewOf({ destinationRule: undefined }))
    expect(state).toBe('missing')
    expect(reason).toMatch(/no DestinationRule default\/aleph/)
    expect(reason).not.toMatch(/VirtualService|undefined/)
  })

  test('The DestinationRule is what is missing, whatever the routes are: without it their host is not known.', () => {
    const { reason } = absent({ ...routing({ route: [to('production', 100, 'beth')] }), destinationRule: undefined })
    expect(reason).toMatch(/no DestinationRule default\/aleph/)
  })

  test('When both are missing, both are named at once.', () => {
    const { reason } = absent(viewOf({ virtualService: undefined, destinationRule: undefined }))
    expect(reason).toMatch(/kind: VirtualService.*---.*kind: DestinationRule/s)
  })

  test('Without a route that lists both destinations, what was looked for and looked at is named.', () => {
    const { state, reason } = absent(routing({ route: [to('production')] }, { name: 'testers', route: [to('canary')] }))
    expect(state).toBe('missing')
    expect(reason).toMatch(
      /VirtualService default\/aleph .*production and canary, of the host aleph\.default\.svc\.cluster\.local/,
    )
    expect(reason).toMatch(/http\[0\], http\[1\] \(testers\)/)
    expect(reason).toMatch(/subset: canary/)
  })

  test('A VirtualService without any route is told so.', () => {
    expect(absent(viewOf({ virtualService: virtualService({}) })).reason).toMatch(/no route at all/)
  })

  test('The host is the one of the DestinationRule, not the name of the service.', () => {
    const rule = { ...destinationRule(), spec: { ...destinationRule().spec, host: 'beth' } }
    expect(absent(viewOf({ destinationRule: rule }))).toMatchObject({ state: 'missing' })
    const route = { route: [to('production', 100, 'beth'), to('canary', 0, 'beth')] }
    expect(survey({ ...routing(route), destinationRule: rule })).not.toHaveProperty('state')
  })

  test('Without routes and without subsets the target is missing, not unusable: nothing was set up yet.', () => {
    const rule = { ...destinationRule(), spec: { host: 'aleph' } }
    expect(absent({ ...routing({ route: [{ destination: { host: 'aleph' } }] }), destinationRule: rule }).state).toBe(
      'missing',
    )
  })
})

describe('what is unusable', () => {
  test('A weight may not point at a subset that is not there.', () => {
    const rule = { ...destinationRule(), spec: { host: 'aleph', subsets: [{ name: 'production' }] } }
    expect(absent(viewOf({ destinationRule: rule })).state).toBe('unusable')
  })

  test('A DestinationRule without a spec has no subset, and its host is the service.', () => {
    const { metadata } = destinationRule()
    expect(absent(viewOf({ destinationRule: { metadata } })).state).toBe('unusable')
  })

  test('A canary subset without a version is unusable.', () => {
    const { state, reason } = absent(viewOf({ destinationRule: destinationRule({ version: 'v03' }, { app: 'aleph' }) }))
    expect(state).toBe('unusable')
    expect(reason).toMatch(/^DestinationRule default\/aleph .*canary.*version/)
  })
})

describe('what is a problem', () => {
  test('A destination that a route lists twice: which of them is to get more is not clear.', () => {
    expect(problem(routing({ route: [to('production', 50), to('canary', 0), to('canary', 50)] }))).toMatch(
      /^VirtualService default\/aleph .*subset canary more than once in http\[0\]/,
    )
    expect(problem(routing({ route: [to('production'), to('canary', 9), to('production')] }))).toMatch(
      /subset production more than once/,
    )
  })

  test('Weights that Envoy rejects: none at all, all 0, negative.', () => {
    expect(problem(routing(splitting()))).toMatch(/no weight above 0 in http\[0\]/)
    expect(problem(routing(splitting(0, 0)))).toMatch(/no weight above 0 in http\[0\]/)
    expect(problem(routing(splitting(101, -1)))).toMatch(/the weight -1 in http\[0\]/)
    expect(problem(routing({ route: [...splitting(90, 10).route, beth(-5)] }))).toMatch(/the weight -5/)
  })

  test('A route of others that Envoy rejects: Envoy takes all routes or none.', () => {
    const view = routing(splitting(100, 0), { name: 'other', route: [beth(0), to('v2', 0)] })
    expect(problem(view)).toMatch(/http\[1\] \(other\)/)
  })

  test('Other destinations that hold all the weight: there is nothing to split.', () => {
    const view = routing({ name: 'drained', route: [...splitting(0, 0).route, beth(100)] })
    expect(problem(view)).toMatch(/no weight in http\[0\] \(drained\)/)
  })

  test('A subset that would miss the pods of the canary; the label is named.', () => {
    const rule = destinationRule({ version: 'v03' }, { version: 'v03', tier: 'web' })
    const podLabels = { app: 'aleph', version: 'v04', tier: 'api' }
    expect(problem(viewOf({ destinationRule: rule, podLabels }))).toMatch(
      /^DestinationRule default\/aleph .*tier=web in the subset canary.*v04 have tier=api/,
    )
  })

  test('The production subset must fit the pods of the canary as well: they are promoted into it.', () => {
    const rule = destinationRule({ version: 'v03', track: 'stable' })
    expect(problem(viewOf({ destinationRule: rule, podLabels: { version: 'v04' } }))).toMatch(
      /track=stable in the subset production.*do not have it/,
    )
  })

  test('Weights and versions are told beside a problem.', () => {
    const found = survey({ ...routing(splitting(0, 0)), podLabels: { version: 'v05' } })
    expect(found).toMatchObject({ routes: [{}], subsets: { production: { version: 'v03' } } })
  })
})

describe('what is usable', () => {
  test('The seed is: two weights, two subsets, and pods that fit both.', () => {
    const found = survey(viewOf({ podLabels: { app: 'aleph', version: 'v04' } }))
    expect(found).toMatchObject({
      routes: [{ path: '/spec/http/0' }],
      subsets: { production: { version: 'v03' }, canary: { version: 'v04' } },
      problem: undefined,
    })
  })

  test('While there are no pods of the canary, their labels are not judged.', () => {
    const rule = destinationRule({ version: 'v03', track: 'stable' })
    expect(problem(viewOf({ destinationRule: rule, podLabels: undefined }))).toBeUndefined()
  })

  test('One weight of two may be left out: it counts as 0.', () => {
    expect(problem(routing(splitting(100)))).toBeUndefined()
    expect(problem(routing(splitting(undefined, 5)))).toBeUndefined()
  })

  test('A single destination needs no weight, nor does 0 harm it.', () => {
    expect(problem(routing(splitting(100, 0), { route: [to('v2')] }, { route: [to('v2', 0)] }))).toBeUndefined()
  })

  test('A route without destinations is no obstacle: it redirects, delegates or answers by itself.', () => {
    expect(problem(routing(splitting(100, 0), { name: 'moved' }))).toBeUndefined()
  })

  test('A route whose pair holds nothing is no obstacle while another one holds something.', () => {
    const drained = { route: [...splitting(0, 0).route, beth(100)] }
    expect(survey(routing(splitting(100, 0), drained))).toMatchObject({ routes: [{}, {}], problem: undefined })
  })

  test('Subsets may have names of their own.', () => {
    const named = { ...target, subsets: { production: 'blue', canary: 'green' } }
    const rule = {
      ...destinationRule(),
      spec: {
        host: 'aleph',
        subsets: [
          { name: 'green', labels: { version: 'v04' } },
          { name: 'blue', labels: { version: 'v03' } },
        ],
      },
    }
    const view = { ...routing({ route: [to('blue', 100), to('green', 0)] }), target: named, destinationRule: rule }
    expect(survey(view)).toMatchObject({ subsets: { canary: { path: '/spec/subsets/0' } } })
  })
})
