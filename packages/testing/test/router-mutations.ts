import type { ReadyTraffic, TrafficRouter } from '@birdwatch/core'
import { type MemoryRouter, memoryRouter, type RouterFixture } from '../src/index.js'
import { routerFixture } from './fixtures.js'
import type { Mutation } from './mutants.js'

/** Replaces methods of the router. */
export const routing =
  (change: (honest: TrafficRouter, fixture: RouterFixture) => Partial<TrafficRouter>): Mutation<RouterFixture> =>
  fixture => ({ ...fixture, router: { ...fixture.router, ...change(fixture.router, fixture) } })

/** Replaces what is observed of ready traffic. */
export const seeing = (change: (traffic: ReadyTraffic) => object): Mutation<RouterFixture> =>
  routing(honest => ({
    observe: async (target, options) => {
      const traffic = await honest.observe(target, options)
      return traffic.state === 'ready' ? ({ ...traffic, ...change(traffic) } as ReadyTraffic) : traffic
    },
  }))

export const without =
  (part: keyof RouterFixture): Mutation<RouterFixture> =>
  ({ [part]: _, ...rest }) =>
    rest as RouterFixture

export const withoutFact = (fact: keyof ReadyTraffic) => seeing(() => ({ [fact]: undefined }))

/** Runs every write without the caller's signal. */
export const deaf = routing(honest => {
  const { signal } = new AbortController()
  return {
    prepare: (target, change) => honest.prepare(target, { ...change, signal }),
    shift: (target, weight, change) => honest.shift(target, weight, { ...change, signal }),
    rollback: target => honest.rollback(target, { signal }),
    promote: (target, change) => honest.promote(target, { ...change, signal }),
  }
})

/** Takes every shift for planned on the present. */
export const tokenless = routing(honest => ({
  shift: (target, weight, { signal }) => honest.shift(target, weight, { signal }),
}))

export const failing = (error: unknown) => {
  const fail = () => Promise.reject(error)
  return routing(() => ({ prepare: fail, shift: fail, promote: fail }))
}

/** Fails as `error` from the moment on at which the fixture has its writes refused. */
export const refusingWith =
  (error: unknown): Mutation<RouterFixture> =>
  fixture => {
    const router = fixture.router as MemoryRouter
    const refuse = () => {
      for (const method of ['prepare', 'shift', 'rollback', 'promote'] as const) {
        router.fault(method, { kind: 'refuse', error: error as Error }, 10)
      }
    }
    return { ...fixture, refuse }
  }

export const cached: Mutation<RouterFixture> = () => routerFixture(memoryRouter({ cached: true }))
