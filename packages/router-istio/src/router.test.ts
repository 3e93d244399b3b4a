import type { ReadyTraffic } from '@birdwatch/core'
import { describe, expect, test } from 'vitest'
import { ApiFailure } from '../test/fake-api.js'
import {
  createWorld,
  destinationRule,
  destinationRuleRef,
  foreignRouteFirst,
  splitting,
  stored,
  target,
  to,
  virtualService,
  virtualServiceRef,
  type World,
  weightsTo,
} from '../test/fixtures.js'

const serving = (...weights: [number, number][]) => ({
  virtualService: virtualService({ http: weights.map(([production, canary]) => splitting(production, canary)) }),
})
const code = (expected: string) => expect.objectContaining({ code: expected })
const observe = async ({ router, signal }: World, options: { live?: boolean; expected?: number[] } = {}) =>
  (await router.observe(target, { ...options, signal })) as ReadyTraffic
const tokenOf = async (world: World) => (await observe(world)).token ?? ''

describe('observe', () => {
  test('It is answered from the cache: no request.', async () => {
    const world = createWorld(serving([60, 40]))
    expect(await observe(world, { expected: [40] })).toMatchObject({ state: 'ready', weight: 40 })
    expect(world.api.requests).toEqual([])
  })

  test('Live, both objects are read, and the cache holds them from then on.', async () => {
    const world = createWorld()
    world.api.lagging = true
    world.api.edit(virtualServiceRef, weightsTo(60, 40))
    world.api.edit(destinationRuleRef, [{ op: 'replace', path: '/spec/subsets/0/labels/version', value: 'v02' }])
    expect((await observe(world)).weight).toBe(0)
    expect(await observe(world, { live: true })).toMatchObject({ weight: 40, versions: { production: 'v02' } })
    expect(await observe(world)).toMatchObject({ weight: 40, versions: { production: 'v02' } })
    expect(world.api.requests.map(({ verb }) => verb)).toEqual(['get', 'get'])
  })

  test('Live, an object that is gone is missing and no error, whether it is answered with nothing or with 404.', async () => {
    const world = createWorld()
    world.api.remove(virtualServiceRef)
    expect(await observe(world, { live: true })).toMatchObject({ state: 'missing' })
    world.api.gate = () => {
      throw new ApiFailure(404, 'not found')
    }
    expect(await observe(world, { live: true })).toMatchObject({ state: 'missing' })
  })

  test('Live, a read that is refused or unanswered is an error, not a missing object.', async () => {
    const world = createWorld()
    const statuses = [403, 503]
    world.api.gate = () => {
      throw new ApiFailure(statuses.shift(), 'no')
    }
    await expect(observe(world, { live: true })).rejects.toEqual(code('TRAFFIC_REFUSED'))
    await expect(observe(world, { live: true })).rejects.toEqual(code('TRAFFIC_UNREACHABLE'))
  })

  test('The labels of the canary’s pods are asked for at each observation.', async () => {
    const pods: (Record<string, string> | undefined)[] = [undefined, { version: 'v04' }, { version: 'v05' }]
    const world = createWorld({ podLabels: () => pods.shift() })
    const problems = [await observe(world), await observe(world), await observe(world)].map(({ problem }) => problem)
    expect(problems).toEqual([undefined, undefined, expect.stringContaining('version=v05')])
  })

  test('The domain of the cluster is cluster.local, or another one.', async () => {
    const within = (domain: string) => {
      const host = `aleph.default.svc.${domain}`
      const route = [to('production', 100, host), to('canary', 0, host)]
      return { virtualService: virtualService({ http: [{ route }] }) }
    }
    expect((await observe(createWorld(within('cluster.local')))).state).toBe('ready')
    expect((await observe(createWorld(within('corp.example')))).state).toBe('missing')
    const there = createWorld({ ...within('corp.example'), clusterDomain: 'corp.example' })
    expect((await observe(there)).state).toBe('ready')
  })

  test('A target that is none is refused.', async () => {
    const { router, signal } = createWorld()
    await expect(router.observe({ service: 'aleph' }, { signal })).rejects.toEqual(code('POLICY_INVALID'))
  })
})

describe('shift', () => {
  test('One patch, as our field manager, and no read.', async () => {
    const world = createWorld()
    await world.router.shift(target, 30, { token: await tokenOf(world), signal: world.signal })
    expect(world.weights()).toEqual([[70, 30]])
    expect(world.api.requests).toMatchObject([{ verb: 'patch', ref: virtualServiceRef, fieldManager: 'birdwatch' }])
  })

  test('Its own answered write is observed at once, though no event came: weight, writer and a new generation.', async () => {
    const world = createWorld()
    const before = await observe(world)
    world.api.lagging = true
    await world.router.shift(target, 30, { signal: world.signal })
    const after = await observe(world)
    expect(after).toMatchObject({ weight: 30, writer: { name: 'birdwatch', self: true } })
    expect(after.generation).toBe((before.generation ?? 0) + 1)
  })

  test('The field manager may be another one, and then that is us.', async () => {
    const world = createWorld({ fieldManager: 'birdwatch-blue' })
    await world.router.shift(target, 30, { signal: world.signal })
    expect((await observe(world)).writer).toEqual({ name: 'birdwatch-blue', self: true })
  })

  test('The same again is no request.', async () => {
    const world = createWorld()
    await world.router.shift(target, 30, { signal: world.signal })
    await world.router.shift(target, 30, { signal: world.signal })
    expect(world.api.requests).toHaveLength(1)
  })

  test('Pods that the subsets would miss keep the canary from more traffic, and never from less.', async () => {
    const world = createWorld({ ...serving([60, 40]), podLabels: () => ({ version: 'v05' }) })
    const { router, signal } = world
    expect(await observe(world)).toMatchObject({ state: 'ready', weight: 40 })
    await expect(router.shift(target, 41, { signal })).rejects.toEqual(code('TRAFFIC_UNUSABLE'))
    await router.shift(target, 20, { token: await tokenOf(world), signal })
    expect(world.weights()).toEqual([[80, 20]])
    await router.rollback(target, { signal })
    expect(await observe(world)).toMatchObject({ weight: 0, uniform: true, settled: true })
  })

  test('A weight that is no percentage is refused before anything is read.', async () => {
    const { router, signal } = createWorld()
    await expect(router.shift(target, 101, { signal })).rejects.toThrow(RangeError)
    await expect(router.shift(target, -1, { signal })).rejects.toThrow(RangeError)
    await expect(router.shift(target, Number.NaN, { signal })).rejects.toThrow(RangeError)
  })

  test('A target that went through a store is the same target.', async () => {
    const world = createWorld()
    await world.router.shift(stored(target), 30, { signal: world.signal })
    expect(world.weights()).toEqual([[70, 30]])
  })
})

describe('rollback', () => {
  test('One patch and no read, when the cache shows a canary with traffic.', async () => {
    const world = createWorld(serving([40, 60], [0, 7]))
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([
      [100, 0],
      [7, 0],
    ])
    expect(world.api.requests).toHaveLength(1)
  })

  test('That there is nothing to roll back is not believed of the cache.', async () => {
    const world = createWorld()
    world.api.lagging = true
    world.api.edit(virtualServiceRef, weightsTo(40, 60))
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[100, 0]])
  })

  test('At 0 nothing is written.', async () => {
    const world = createWorld()
    await world.router.rollback(target, { signal: world.signal })
    expect(world.api.patches).toEqual([])
  })

  test('It works without a DestinationRule, and heals weights that Envoy rejects.', async () => {
    const world = createWorld(serving([0, 0]))
    world.api.remove(destinationRuleRef)
    await world.router.rollback(target, { signal: world.signal })
    expect(world.weights()).toEqual([[100, 0]])
  })

  test('Without a VirtualService there is nothing to roll back.', async () => {
    const { api, router, signal } = createWorld()
    api.remove(virtualServiceRef)
    await expect(router.rollback(target, { signal })).rejects.toEqual(code('TRAFFIC_MISSING'))
  })
})

describe('prepare', () => {
  test('It looks at the source first, and then writes one label.', async () => {
    const world = createWorld()
    await world.router.prepare(target, { version: 'v05', signal: world.signal })
    expect(world.versions()).toEqual(['v03', 'v05'])
    expect(world.api.requests.map(({ verb }) => verb)).toEqual(['get', 'get', 'patch'])
    expect((await observe(world)).versions).toEqual({ production: 'v03', canary: 'v05' })
  })

  test('It refuses while the canary gets traffic, also when the cache does not know yet.', async () => {
    const world = createWorld(serving([100, 0], [7, 0]))
    world.api.lagging = true
    world.api.edit(virtualServiceRef, weightsTo(6, 1, 1))
    const prepared = world.router.prepare(target, { version: 'v05', signal: world.signal })
    await expect(prepared).rejects.toEqual(code('TRAFFIC_STALE'))
    expect(world.versions()).toEqual(['v03', 'v04'])
  })

  test('What is labelled already is not written.', async () => {
    const world = createWorld()
    await world.router.prepare(target, { version: 'v04', signal: world.signal })
    expect(world.api.patches).toEqual([])
  })
})

describe('promote', () => {
  const promote = ({ router, signal }: World, version = 'v04') => router.promote(target, { version, signal })

  test('It takes one write a call, and rests where no request is lost: first the label, then the weights.', async () => {
    const world = createWorld(serving([0, 100]))
    await promote(world)
    expect([world.versions(), world.weights()]).toEqual([['v04', 'v04'], [[0, 100]]])
    expect(await observe(world)).toMatchObject({ settled: false, versions: { production: 'v04' } })
    await promote(world)
    expect([world.versions(), world.weights()]).toEqual([['v04', 'v04'], [[100, 0]]])
    expect((await observe(world)).settled).toBe(true)
    await promote(world)
    expect(world.api.requests).toHaveLength(2)
  })

  test('An undo is one write: the label goes back, at weights that are there already.', async () => {
    const world = createWorld({ destinationRule: destinationRule({ version: 'v04' }) })
    await promote(world, 'v03')
    expect(await observe(world)).toMatchObject({ settled: true, versions: { production: 'v03', canary: 'v04' } })
    expect(world.api.patches).toHaveLength(1)
  })

  test('Without routes the label is set all the same, and then there is nothing to give back.', async () => {
    const world = createWorld()
    world.api.remove(virtualServiceRef)
    await promote(world)
    expect(world.versions()).toEqual(['v04', 'v04'])
    await expect(promote(world)).rejects.toEqual(code('TRAFFIC_MISSING'))
  })
})

describe('watch', () => {
  test('Either object calls, nothing else does, and an ended watch does not.', () => {
    const { api, router } = createWorld()
    const calls: string[] = []
    const end = router.watch?.(target, () => calls.push('changed'))
    api.edit(virtualServiceRef, foreignRouteFirst)
    api.edit(destinationRuleRef, [{ op: 'add', path: '/spec/trafficPolicy', value: {} }])
    api.create('VirtualService', { metadata: { name: 'beth', namespace: 'default' } })
    expect(calls).toHaveLength(2)
    end?.()
    api.remove(virtualServiceRef)
    expect(calls).toHaveLength(2)
  })
})

describe('what the API server answers', () => {
  const failing = async (status: number | undefined, message = 'no') => {
    const world = createWorld(serving([40, 60]))
    world.api.gate = () => {
      throw new ApiFailure(status, message)
    }
    return expect(world.router.rollback(target, { signal: world.signal })).rejects
  }

  test('A refusal by permission is told as one, with the verb that is to be granted.', async () => {
    const lacking = (verb: string) => ({ code: 'TRAFFIC_REFUSED', message: expect.stringContaining(`\`${verb}\``) })
    await (await failing(403)).toMatchObject(lacking('patch'))
    const { api, router, signal } = createWorld()
    api.gate = () => {
      throw new ApiFailure(403, 'no')
    }
    await expect(router.observe(target, { live: true, signal })).rejects.toMatchObject(lacking('get'))
  })

  test('A refusal by admission is told as one, denied or unanswered.', async () => {
    await (await failing(400, 'admission webhook "x" denied the request')).toEqual(code('TRAFFIC_REFUSED'))
    await (await failing(500, 'failed calling webhook "x"')).toEqual(code('TRAFFIC_REFUSED'))
  })

  test('No answer is told as one: the write may have taken effect.', async () => {
    await (await failing(undefined)).toEqual(code('TRAFFIC_UNREACHABLE'))
  })

  test('An object that vanished under the patch is missing.', async () => {
    await (await failing(404)).toEqual(code('TRAFFIC_MISSING'))
  })

  test('An aborted call writes nothing.', async () => {
    const world = createWorld(serving([40, 60]))
    await expect(world.router.rollback(target, { signal: AbortSignal.abort() })).rejects.toBeDefined()
    expect(world.weights()).toEqual([[40, 60]])
  })
})
