import { SimulatedClock } from '@birdwatch/core'
import { describe, expect, it } from 'vitest'
import { MemoryMesh } from './mesh.js'
import { memoryRouter } from './router.js'

const { signal } = new AbortController()
const target = { service: 'aleph' }

describe('memoryRouter', () => {
  it('shows everything that a router can know.', async () => {
    const router = memoryRouter({ production: 'v03', canary: 'v02' })
    await router.prepare(target, { version: 'v04', signal })
    await router.shift(target, 20, { signal })

    expect(await router.observe(target, { signal })).toEqual({
      state: 'ready',
      weight: 20,
      resolution: 1,
      settled: true,
      versions: { production: 'v03', canary: 'v04' },
      generation: 3,
      writer: { name: 'birdwatch', self: true },
      token: '3',
    })
  })

  it('shows a weight and nothing else when it is simple.', async () => {
    const router = memoryRouter({ simple: true })
    await router.shift(target, 20, { token: 'whatever', signal })

    expect(await router.observe(target, { signal })).toEqual({ state: 'ready', weight: 20 })
  })

  it('promotes in two steps, the version before the weight.', async () => {
    const router = memoryRouter()
    await router.prepare(target, { version: 'v2', signal })
    await router.shift(target, 100, { signal })

    await router.promote(target, { version: 'v2', signal })
    const halfway = await router.observe(target, { signal })
    await router.promote(target, { version: 'v2', signal })
    const done = await router.observe(target, { signal })

    expect(halfway).toMatchObject({ weight: 100, settled: false, versions: { production: 'v2' } })
    expect(done).toMatchObject({ weight: 0, settled: true, versions: { production: 'v2' } })
  })

  it('tells a target that is unusable from one that is missing.', async () => {
    const router = memoryRouter()
    router.mesh.remove(target, { state: 'unusable', reason: 'It has no route with both destinations.' })

    expect(await router.observe(target, { signal })).toMatchObject({ state: 'unusable' })
    await expect(router.shift(target, 1, { signal })).rejects.toMatchObject({ code: 'TRAFFIC_UNUSABLE' })
    await expect(router.rollback(target, { signal })).rejects.toMatchObject({ code: 'TRAFFIC_UNUSABLE' })
  })

  it('writes as somebody else to the only target in use, or to the one that is named.', async () => {
    const router = memoryRouter()
    expect(() => router.write('kubectl', 30)).toThrow('name one target')

    await router.observe(target, { signal })
    router.write('kubectl', 30)
    router.write('kubectl', { production: 'v9' }, 'another')

    const shown = { weight: 30, writer: { name: 'kubectl', self: false } }
    expect(await router.observe(target, { signal })).toMatchObject(shown)
    expect(await router.observe('another', { signal })).toMatchObject({ versions: { production: 'v9' } })
    expect(() => router.write('kubectl', 40)).toThrow('name one target')
  })

  it('lets a late shift land on the routes as they are by then: its token may be stale.', async () => {
    const clock = new SimulatedClock()
    const router = memoryRouter({ clock })
    router.fault('shift', { kind: 'late', ms: 500 }, 2)
    const unanswered = [router.shift(target, 10, { token: '1', signal }), router.shift(target, 20, { signal })]
    await Promise.allSettled(unanswered)

    router.write('kubectl', 50)
    await clock.advance(500)

    expect(await router.observe(target, { signal })).toMatchObject({ weight: 20 })
    expect(router.mesh.records.map(({ after }) => after.units)).toEqual([50, 20])
  })
})

describe('memoryRouter, cached', () => {
  it('shows a change of somebody else when it is delivered, or read live.', async () => {
    const router = memoryRouter({ cached: true })
    await router.shift(target, 10, { signal })
    router.write('kubectl', 50)

    const before = await router.observe(target, { signal })
    router.deliver()
    const after = await router.observe(target, { signal })
    router.write('kubectl', 60)
    const live = await router.observe(target, { live: true, signal })

    expect([before, after, live]).toMatchObject([{ weight: 10 }, { weight: 50 }, { weight: 60 }])
  })

  it('does not show a write of its own whose answer was lost.', async () => {
    const router = memoryRouter({ cached: true })
    await router.shift(target, 10, { signal })
    router.fault('shift', { kind: 'lose' })
    await router.shift(target, 20, { signal }).catch(() => {})

    expect(await router.observe(target, { signal })).toMatchObject({ weight: 10 })
    expect(await router.observe(target, { live: true, signal })).toMatchObject({ weight: 20, writer: { self: true } })
  })

  it('calls its watches when a change is delivered, not when it is made.', async () => {
    const router = memoryRouter({ cached: true })
    let calls = 0
    router.watch(target, () => calls++)

    router.write('kubectl', 50, target)
    const before = calls
    router.deliver(target)

    expect([before, calls]).toEqual([0, 1])
  })
})

describe('Two routers over one mesh', () => {
  it('are two processes: each with a cache of its own, and the token between them.', async () => {
    const mesh = new MemoryMesh()
    const [one, two] = [memoryRouter({ mesh, cached: true }), memoryRouter({ mesh, cached: true })]
    await two.observe(target, { signal })
    await one.shift(target, 10, { token: '1', signal })

    expect(await two.observe(target, { signal })).toMatchObject({ weight: 0, token: '1' })
    await expect(two.shift(target, 20, { token: '1', signal })).rejects.toMatchObject({ code: 'TRAFFIC_STALE' })
    expect(await two.observe(target, { live: true, signal })).toMatchObject({ weight: 10, writer: { self: true } })
  })
})
