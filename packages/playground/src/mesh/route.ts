import type { KubeObject } from '../api/object.js'
import { fullHost } from './hosts.js'
import { compileMatches, type Predicate, unknownMatchFields } from './match.js'
import type { HttpRoute, VirtualServiceSpec, WeightedDestination } from './objects.js'

/** Where a share of a route's requests goes. */
export interface Destination {
  readonly host: string
  readonly subset: string | undefined
  readonly weight: number
}

export interface Route {
  readonly matches: Predicate
  readonly destinations: readonly Destination[]
  readonly timeoutMs: number | undefined
  /** Fields that ask for what is not done here: the route answers so, instead of doing something else. */
  readonly unsupported: readonly string[]
}

/** A VirtualService, ready to be obeyed. */
export interface VirtualHost {
  readonly hosts: readonly string[]
  readonly routes: readonly Route[]
}

/** A VirtualService that a proxy would reject: it goes on with what it had before. */
export class Rejected extends Error {}

const understood: readonly string[] = ['name', 'match', 'route', 'timeout']

/** Compiles the HTTP part of a VirtualService. Throws `Rejected` for what Envoy would not accept. */
export function compileVirtualService({ metadata, spec }: KubeObject): VirtualHost {
  const { hosts = [], http = [] } = (spec ?? {}) as VirtualServiceSpec
  const namespace = metadata.namespace ?? 'default'
  return {
    hosts: hosts.map(host => fullHost(host, namespace)),
    routes: http.map(route => compileRoute(route, namespace)),
  }
}

function compileRoute(route: HttpRoute, namespace: string): Route {
  const { match = [], route: destinations = [], timeout } = route
  const unsupported = [
    ...Object.keys(route).filter(field => !understood.includes(field)),
    ...match.flatMap(unknownMatchFields).map(field => `match.${field}`),
    ...destinations.flatMap(unknownDestinationFields),
  ]
  return {
    matches: compiled(match),
    destinations: weighted(destinations, namespace),
    timeoutMs: timeout === undefined ? undefined : durationMs(timeout),
    unsupported: [...new Set(unsupported)],
  }
}

const unknownDestinationFields = (destination: WeightedDestination): string[] =>
  Object.keys(destination)
    .filter(field => field !== 'destination' && field !== 'weight')
    .map(field => `route.${field}`)

function compiled(matches: Parameters<typeof compileMatches>[0]): Predicate {
  try {
    return compileMatches(matches)
  } catch {
    throw new Rejected('a regex is not valid')
  }
}

/** A single destination gets everything. Several need whole weights, none negative and not all of them 0. */
function weighted(destinations: readonly WeightedDestination[], namespace: string): Destination[] {
  const resolved = destinations.map(({ destination, weight = 0 }) => ({
    host: fullHost(destination?.host ?? '', namespace),
    subset: destination?.subset,
    weight: destinations.length === 1 ? 1 : weight,
  }))
  if (resolved.length === 0) throw new Rejected('a route has no destination')
  if (resolved.some(({ weight }) => !Number.isInteger(weight) || weight < 0))
    throw new Rejected('a weight is negative, or not whole')
  if (resolved.every(({ weight }) => weight === 0)) throw new Rejected('all weights of a route are 0')
  return resolved.filter(({ weight }) => weight > 0)
}

function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit ?? '']
  if (unitMs === undefined) throw new Rejected(`the timeout ${text} is no duration`)
  return Number(amount) * unitMs
}

/** Picks a destination by its share of the weights; `chance` is from 0 up to, and not including, 1. */
export function pick(destinations: readonly Destination[], chance: number): Destination {
  const total = destinations.reduce((sum, { weight }) => sum + weight, 0)
  let left = chance * total
  const picked = destinations.find(({ weight }) => {
    left -= weight
    return left < 0
  })
  return picked ?? (destinations.at(-1) as Destination)
}
