import { describe, expect, test } from 'vitest'
import { splitting, target, to, virtualService } from '../test/fixtures.js'
import type { Route, VirtualService } from './objects.js'
import { routesOf, sharedRoutes, total } from './routes.js'

const host = 'aleph.default.svc.cluster.local'
const scope = { namespace: 'default', clusterDomain: 'cluster.local' }
const shared = (spec: NonNullable<VirtualService['spec']>) => sharedRoutes(virtualService(spec), target, host, scope)
const pathsOf = (...http: Route[]) => shared({ http }).map(({ path }) => path)

describe('which routes take part', () => {
  test('A route that lists both destinations takes part.', () => {
    expect(pathsOf(splitting(100, 0))).toEqual(['/spec/http/0'])
  })

  test('A route that is pinned to one subset does not.', () => {
    expect(pathsOf({ route: [to('canary')] }, { route: [to('production', 100)] })).toEqual([])
  })

  test('A mirror is no destination.', () => {
    expect(pathsOf({ route: [to('production', 100)], mirror: { host: 'aleph', subset: 'canary' } })).toEqual([])
  })

  test('A route that redirects, delegates or answers by itself does not.', () => {
    expect(pathsOf({}, { name: 'moved' })).toEqual([])
  })

  test('The subset of another host is another destination, whatever it is called.', () => {
    expect(pathsOf({ route: [to('production', 50), to('canary', 50, 'beth')] })).toEqual([])
  })

  test('Another subset of our host, or none, is another destination.', () => {
    const whole = { destination: { host: 'aleph' }, weight: 50 }
    expect(pathsOf({ route: [to('production', 50), whole] }, { route: [to('v2', 50), to('canary', 50)] })).toEqual([])
  })

  test('The host may be written short in one destination and in full in the other.', () => {
    expect(pathsOf({ route: [to('production', 100), to('canary', 0, host)] })).toEqual(['/spec/http/0'])
  })

  test('A host with a dot is literal: aleph.default is not the Service aleph.', () => {
    expect(pathsOf({ route: [to('production', 100), to('canary', 0, 'aleph.default')] })).toEqual([])
  })

  test('The port of a destination does not matter.', () => {
    const canary = { destination: { host: 'aleph', subset: 'canary', port: { number: 8080 } }, weight: 0 }
    expect(pathsOf({ route: [to('production', 100), canary] })).toEqual(['/spec/http/0'])
  })

  test('Routes of http, tcp and tls take part alike.', () => {
    const route = [splitting(100, 0)]
    expect(shared({ http: route, tcp: route, tls: route }).map(({ path }) => path)).toEqual([
      '/spec/http/0',
      '/spec/tcp/0',
      '/spec/tls/0',
    ])
  })

  test('Destinations of others in between are counted, and ours keep their places.', () => {
    const route = [to('v2', 30), to('canary', 5), { destination: { host: 'beth' }, weight: 20 }, to('production', 45)]
    const [found] = shared({ http: [{}, { route }] })
    expect(found?.canary).toEqual([
      { path: '/spec/http/1/route/1', destination: { host: 'aleph', subset: 'canary' }, weight: 5 },
    ])
    expect(found?.production.map(({ path, weight }) => ({ path, weight }))).toEqual([
      { path: '/spec/http/1/route/3', weight: 45 },
    ])
    expect(found?.others).toBe(50)
  })

  test('A VirtualService without routes has none, whatever is left out of it.', () => {
    const { metadata } = virtualService()
    expect(sharedRoutes({ metadata }, target, host, scope)).toEqual([])
    expect(shared({})).toEqual([])
    expect(shared({ http: [{ route: [{}] }] })).toEqual([])
  })
})

test('A route is named by its list, its place and its own name.', () => {
  const found = routesOf(virtualService({ http: [{}, { name: 'primary' }], tls: [{}] }))
  expect(found.map(({ label }) => label)).toEqual(['http[0]', 'http[1] (primary)', 'tls[0]'])
})

test('An omitted weight counts as 0, and a negative one is worth nothing.', () => {
  expect(total([{ weight: 90 }, {}, { weight: -5 }])).toBe(90)
})
