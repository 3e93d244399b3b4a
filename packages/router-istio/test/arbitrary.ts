import fc from 'fast-check'
import type { Route, VirtualService, WeightedDestination } from '../src/objects.js'
import { destinationRule, to, viewOf, virtualService } from './fixtures.js'

/** VirtualServices of every shape: ours among others', odd sums, weights left out, http, tcp and tls. */

const full = 'aleph.default.svc.cluster.local'
const aleph = fc.constantFrom('aleph', full)

/** Destinations of others, some of which look like ours. */
const foreign = fc.constantFrom(
  { host: 'beth' },
  { host: 'beth', subset: 'canary' },
  { host: 'aleph' },
  { host: 'aleph', subset: 'v2' },
  { host: 'aleph.default', subset: 'production' },
  { host: 'aleph.bank.svc.cluster.local', subset: 'canary' },
)

const weight = fc.oneof(fc.constantFrom(undefined, 0, 1, 7, 10, 100), fc.integer({ min: 0, max: 300 }))
const weighted = (destination: { host: string; subset?: string }, of: number | undefined): WeightedDestination => ({
  destination,
  ...(of === undefined ? {} : { weight: of }),
})
const ours = (subset: string, weights: fc.Arbitrary<number | undefined>) =>
  fc.tuple(aleph, weights).map(([host, of]) => to(subset, of, host))
const others = fc.array(
  fc.tuple(foreign, weight).map(([destination, of]) => weighted(destination, of)),
  { maxLength: 3 },
)

/** What a route may have beside its destinations. */
const extras: fc.Arbitrary<Partial<Route>> = fc.constantFrom(
  {},
  { name: 'primary' },
  { match: [{ headers: { 'x-tester': { exact: 'yes' } } }] } as Partial<Route>,
  { mirror: { host: 'aleph', subset: 'canary' } },
  { mirrors: [{ destination: { host: full, subset: 'production' } }] },
  { headers: { request: { set: { weight: '7' } } }, timeout: '5s' } as Partial<Route>,
)

const routeOf = (...destinations: fc.Arbitrary<readonly WeightedDestination[]>[]): fc.Arbitrary<Route> =>
  fc
    .tuple(fc.tuple(...destinations), extras)
    .chain(([lists, extra]) =>
      fc.shuffledSubarray(lists.flat(), { minLength: lists.flat().length }).map(route => ({ ...extra, route })),
    )

const one = <T>(item: fc.Arbitrary<T>) => item.map(value => [value])

/** A route that takes part, and that Envoy accepts. */
export const splitRoute = routeOf(
  one(ours('production', fc.integer({ min: 1, max: 300 }))),
  one(ours('canary', weight)),
  others,
)

/** A route that Envoy accepts and that does not take part. */
const foreignRoute = routeOf(
  one(fc.tuple(foreign, fc.integer({ min: 1, max: 300 })).map(([destination, of]) => weighted(destination, of))),
  others,
  fc.oneof(fc.constant([]), one(ours('production', weight)), one(ours('canary', weight))),
)

/** Any route at all: destinations of ours missing, repeated, negative, without any weight. */
const anyRoute = routeOf(
  fc.array(ours('production', fc.oneof(weight, fc.integer({ min: -20, max: 5 }))), { maxLength: 2 }),
  fc.array(ours('canary', fc.oneof(weight, fc.integer({ min: -20, max: 5 }))), { maxLength: 2 }),
  others,
)

const lists = (route: fc.Arbitrary<Route>, maxLength: number) =>
  fc.record(
    {
      http: fc.array(route, { maxLength }),
      tcp: fc.array(route, { maxLength: 1 }),
      tls: fc.array(route, { maxLength: 1 }),
      hosts: fc.constant(['aleph']),
    },
    { requiredKeys: ['http'] },
  )

/** A VirtualService whose traffic can be shifted. */
export const shiftable: fc.Arbitrary<VirtualService> = fc
  .tuple(lists(fc.oneof(splitRoute, foreignRoute), 4), splitRoute, fc.nat())
  .map(([spec, sure, place]) => virtualService({ ...spec, http: spec.http.toSpliced(place % 5, 0, sure) }))

/** A VirtualService of any shape, usable or not. */
export const anyShape: fc.Arbitrary<VirtualService> = lists(anyRoute, 4).map(virtualService)

export const percent = fc.integer({ min: 0, max: 100 })

/** A view of this VirtualService, beside a DestinationRule that fits. */
export const viewing = (service: VirtualService, production = 'v03') =>
  viewOf({ virtualService: service, destinationRule: destinationRule({ version: production }) })
