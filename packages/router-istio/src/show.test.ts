import type { ReadyTraffic } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import { destinationRule, routing, splitting, viewOf } from '../test/fixtures.js'
import type { Route } from './objects.js'
import { show } from './show.js'

const beth = (weight: number) => ({ destination: { host: 'beth' }, weight })
const shown = (...http: Route[]) => show(routing(...http), [], 'birdwatch') as ReadyTraffic

test('Everything the engine can use is told.', () => {
  const service = routing(splitting(60, 40)).virtualService
  const managedFields = [
    { manager: 'birdwatch', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { 'f:http': {} } } },
  ]
  const view = viewOf({
    virtualService: service && { ...service, metadata: { ...service.metadata, generation: 12, managedFields } },
  })
  expect(show(view, [40], 'birdwatch')).toEqual({
    state: 'ready',
    weight: 40,
    uniform: true,
    resolution: 1,
    settled: false,
    versions: { production: 'v03', canary: 'v04' },
    generation: 12,
    writer: { name: 'birdwatch', self: true },
    token: 'v03/v04 60:40 in generation 12',
  })
})

test('What the API server does not tell is left out.', () => {
  const { metadata, spec } = routing(splitting(100, 0)).virtualService ?? {}
  const { generation: _, ...rest } = metadata ?? { name: '', namespace: '', resourceVersion: '' }
  const traffic = show(viewOf({ virtualService: { metadata: rest, ...(spec && { spec }) } }), [], 'birdwatch')
  expect(traffic).not.toHaveProperty('generation')
  expect(traffic).not.toHaveProperty('writer')
})

describe('the weight', () => {
  test('Routes that disagree are not uniform, and the most exposed one is told.', () => {
    expect(shown(splitting(90, 10), splitting(70, 30))).toMatchObject({ weight: 30, uniform: false })
  })

  test('The smallest sum limits what can be expressed.', () => {
    expect(shown(splitting(100, 0), splitting(8, 0)).resolution).toBe(12.5)
  })

  test('The share is of what production and canary hold together.', () => {
    expect(shown({ route: [...splitting(30, 10).route, beth(60)] }).weight).toBe(25)
  })

  test('A route in which others hold everything says nothing of us.', () => {
    const drained = { route: [...splitting(0, 0).route, beth(100)] }
    expect(shown(splitting(90, 10), drained)).toMatchObject({ weight: 10, uniform: true, resolution: 1 })
  })

  test('A weight that was left out counts as 0.', () => {
    expect(shown(splitting(100)).weight).toBe(0)
    expect(shown(splitting(undefined, 100)).weight).toBe(100)
  })
})

test('The writer is that of the routes, and that of the subsets while the weight is the wanted one.', () => {
  const by = (manager: string, field: string) => [
    { manager, time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { [`f:${field}`]: {} } } },
  ]
  const { virtualService, destinationRule } = routing(splitting(60, 40))
  const view = viewOf({
    virtualService: virtualService && {
      ...virtualService,
      metadata: { ...virtualService.metadata, managedFields: by('birdwatch', 'http') },
    },
    destinationRule: destinationRule && {
      ...destinationRule,
      metadata: { ...destinationRule.metadata, managedFields: by('flux', 'subsets') },
    },
  })
  expect(show(view, [40, 30], 'birdwatch')).toMatchObject({ writer: { name: 'flux' } })
  expect(show(view, [50, 40], 'birdwatch')).toMatchObject({ writer: { name: 'birdwatch' } })
})

describe('a problem', () => {
  test('Stands beside the weight, and hides nothing.', () => {
    const view = { ...routing(splitting(60, 40)), podLabels: { version: 'v05' } }
    const { problem, ...rest } = show(view, [], 'birdwatch') as ReadyTraffic
    expect(problem).toMatch(/^DestinationRule default\/aleph /)
    expect(rest).toEqual(show(routing(splitting(60, 40)), [], 'birdwatch'))
  })

  test('A destination that is listed twice holds what its entries hold.', () => {
    const { route } = splitting(50, 20)
    expect(shown({ route: [...route, ...splitting(20, 10).route] })).toMatchObject({ weight: 30, uniform: true })
  })

  test('A route of others that Envoy rejects leaves our weights as they are.', () => {
    const rejected = { route: [beth(0), beth(0)] }
    expect(shown(splitting(90, 10), rejected)).toMatchObject({
      weight: 10,
      uniform: true,
      problem: expect.stringContaining('http[1]'),
    })
  })

  test('Where others hold all of every route, the canary has nothing, whatever was expected.', () => {
    const drained = { route: [...splitting(0, 0).route, beth(100)] }
    const traffic = show(routing(drained), [20, 10], 'birdwatch')
    expect(traffic).toMatchObject({
      weight: 0,
      uniform: true,
      resolution: 1,
      settled: true,
      problem: expect.stringContaining('hold all of it'),
    })
  })

  test('A route of ours that Envoy rejects is not at 0 before a rollback has healed it: Envoy obeys an older one.', () => {
    const atNothing = { weight: 0, uniform: false, settled: false }
    expect(shown(splitting(0, 0))).toMatchObject(atNothing)
    expect(shown(splitting())).toMatchObject(atNothing)
    expect(shown(splitting(101, -1))).toMatchObject(atNothing)
    expect(shown(splitting(100, 0), splitting(0, 0))).toMatchObject(atNothing)
  })
})

describe('settled', () => {
  test('Only with weight 0 in every route nothing is left to do.', () => {
    expect(shown(splitting(100, 0), splitting(7, 0)).settled).toBe(true)
    expect(shown(splitting(100, 0), splitting(6, 1)).settled).toBe(false)
  })

  test('Equal versions alone are not enough: 0/100 with equal labels is a rest on the way.', () => {
    const view = { ...routing(splitting(0, 100)), destinationRule: destinationRule({ version: 'v04' }) }
    expect(show(view, [], 'birdwatch')).toMatchObject({ settled: false, versions: { production: 'v04' } })
  })
})

test('What cannot be used is told as it is.', () => {
  expect(show(viewOf({ virtualService: undefined }), [], 'birdwatch').state).toBe('missing')
  const rule = destinationRule({ app: 'aleph' })
  expect(show(viewOf({ destinationRule: rule }), [], 'birdwatch').state).toBe('unusable')
})
