import { expect, test } from 'vitest'
import { destinationRule, routing, splitting, to, viewOf, virtualService } from '../test/fixtures.js'
import type { Route } from './objects.js'
import { type Layout, survey } from './survey.js'
import { isOutdated, tokenOf } from './token.js'

const token = (...http: Route[]) => tokenOf(survey(routing(...http)) as Layout)

test('A token tells both versions, the weights of every route that takes part, and the generation.', () => {
  expect(token(splitting(90, 10), splitting(100))).toBe('v03/v04 90:10 100:0 in generation 1')
})

test('Another weight is another token, also in the second route.', () => {
  expect(token(splitting(90, 10), splitting(100, 0))).not.toBe(token(splitting(90, 10), splitting(99, 1)))
})

test('Another sum is another token, even at the same share.', () => {
  expect(token(splitting(90, 10))).not.toBe(token(splitting(9, 1)))
})

test('Of a destination that is listed twice, every entry counts.', () => {
  const twice = (last: number) => ({ route: [...splitting(90, 10).route, to('canary', last)] })
  expect(token(twice(5))).toBe('v03/v04 90:10+5 in generation 1')
  expect(token(twice(5))).not.toBe(token(twice(6)))
})

test('Another version in either subset is another token.', () => {
  const tokens = [destinationRule(), destinationRule({ version: 'v02' }), destinationRule(undefined, { version: 'v5' })]
    .map(rule => survey(viewOf({ destinationRule: rule })) as Layout)
    .map(tokenOf)
  expect(new Set(tokens).size).toBe(3)
})

test('A route that begins to take part is another token.', () => {
  expect(token(splitting(100, 0))).not.toBe(token(splitting(100, 0), splitting(100, 0)))
})

test('An edit of anything else is the same token: another route, a match, a mirror, a foreign weight.', () => {
  const foreign = { route: [{ destination: { host: 'beth' }, weight: 5 }, ...splitting(90, 10).route] }
  const edited = { ...splitting(90, 10), name: 'primary', mirror: { host: 'aleph', subset: 'canary' } }
  expect(token({ route: [to('v2')] }, edited)).toBe(token(splitting(90, 10)))
  expect(token(foreign)).toBe(token(splitting(90, 10)))
})

test('Where the API server tells no generation, neither does the token.', () => {
  const { generation: _, ...metadata } = virtualService().metadata
  const layout = survey(viewOf({ virtualService: { ...virtualService(), metadata } })) as Layout
  expect(tokenOf(layout)).toBe('v03/v04 100:0')
})

test('One edit of anything else leaves a token current; after two, a late write of ours may have been set back.', () => {
  const { metadata, spec } = routing(splitting(90, 10)).virtualService ?? {}
  const at = (generation?: number) => {
    const { generation: _, ...rest } = metadata ?? { name: '', namespace: '', resourceVersion: '' }
    const seen = { ...rest, ...(generation === undefined ? {} : { generation }) }
    return survey(viewOf({ virtualService: { metadata: seen, ...(spec && { spec }) } })) as Layout
  }
  expect([7, 8, 9].map(generation => isOutdated(tokenOf(at(7)), at(generation)))).toEqual([false, false, true])
  expect(isOutdated(tokenOf(at(7)), at())).toBe(false)
  expect(isOutdated(tokenOf(at()), at(9))).toBe(false)
  expect(isOutdated(tokenOf(at(7)), survey(routing(splitting(80, 20))) as Layout)).toBe(true)
})
