import { describe, expect, it, vi } from 'vitest'
import { tokens } from '../src/composition/tokens.js'
import type { ApiServer } from './support/api-server.js'
import { addBirdWatch, birdwatches, startCluster } from './support/cluster.js'
import { startController } from './support/controller.js'
import { startPrometheus } from './support/prometheus.js'

vi.setConfig({ testTimeout: 60_000 })

const eventually = (assertion: () => unknown) => vi.waitFor(assertion, { timeout: 40_000, interval: 50 })

/** A controller, and what its page answers. */
async function page(api: ApiServer, prometheus: string, configuration: object) {
  const { controller } = await startController(api, prometheus, { configuration })
  const url = `http://127.0.0.1:${controller.dashboardPort}`
  const get = async (path: string) => (await (await fetch(`${url}/api/${path}`)).json()) as Record<string, unknown>
  return { controller, url, get }
}

/** A controller with the page switched on, and a rollout that holds at 10 %. */
async function shown(dashboard: object = { enabled: true, port: 0 }) {
  const [api, { url: prometheus }] = [await startCluster(), await startPrometheus(0)]
  const served = await page(api, prometheus, { dashboard })
  addBirdWatch(api, 'aleph', { interval: 1, increment: 10, propagation: 0, traffic_limit: 10 })
  return { api, prometheus, ...served }
}

describe('The page of rollouts, served by the controller', () => {
  it('shows each BirdWatch as it is saved, until it is gone', async () => {
    const { api, get } = await shown()
    const holding = { rollouts: [{ phase: 'Holding', weight: 10 }] }
    await eventually(async () => expect(await get('rollouts')).toMatchObject(holding))

    const { view } = await get('rollouts/shop/aleph')
    expect(view).toMatchObject({ service: 'aleph', manifest: { kind: 'BirdWatch', spec: { traffic_limit: 10 } } })
    api.remove(birdwatches, 'shop', 'aleph')
    await eventually(async () => expect(await get('rollouts')).toMatchObject({ rollouts: [] }))
  })

  it('knows of checks that decide nothing before they are saved', async () => {
    const { api, get } = await shown()
    const points = async () => (await get('rollouts/shop/aleph')).points as { kind: string }[]
    await eventually(async () => expect(await get('rollouts')).toMatchObject({ rollouts: [{ phase: 'Holding' }] }))
    const [before, saved] = [(await points()).length, api.get(birdwatches, 'shop', 'aleph')?.status]

    await eventually(async () => expect((await points()).length).toBeGreaterThan(before + 1))
    expect(api.get(birdwatches, 'shop', 'aleph')?.status).toEqual(saved)
  })

  it('shows what is saved in a process that does not lead', async () => {
    const { api, controller, prometheus } = await shown()
    await eventually(() => expect(api.get(birdwatches, 'shop', 'aleph')?.status).toMatchObject({ phase: 'Holding' }))
    await controller.stop()
    api.gate = ({ path }) => (path.includes('/leases/') ? 503 : undefined)
    const leaderElection = { namespace: 'shop', leaseSeconds: 2 }
    const { get } = await page(api, prometheus, { dashboard: { enabled: true, port: 0 }, leaderElection })

    const holding = { view: { phase: 'Holding', weight: 10 }, points: [{ weight: 10 }] }
    await eventually(async () => expect(await get('rollouts/shop/aleph')).toMatchObject(holding))
  })

  it('tells what the controller has found beside the state', async () => {
    const { api, get } = await shown()
    const spec = { metric: 'sum(rate(x[10m]))', interval: 1, propagation: 0 }
    api.edit(birdwatches, 'shop', 'aleph', o => Object.assign(o.spec as object, spec))
    const note = { title: 'A query looks back too far', text: expect.stringContaining('600 s') }

    await eventually(async () =>
      expect(await get('rollouts/shop/aleph')).toMatchObject({ view: { notes: [note], attention: true } }),
    )
  })

  it('takes no command: it only looks', async () => {
    const { url, get } = await shown()

    const session = await get('session')
    const command = await fetch(`${url}/api/rollouts/shop/aleph/commands`, { method: 'POST', body: '{}' })
    expect(session).toMatchObject({ commands: false, playground: false })
    expect(session).not.toHaveProperty('token')
    expect(command.status).toBe(405)
    expect(command.headers.get('allow')).toBe('GET, HEAD')
  })

  it('hands commands to who composes a controller that takes them', async () => {
    const [api, { url: prometheus }] = [await startCluster(), await startPrometheus(0)]
    const taken: unknown[] = []
    const commands = async (...given: unknown[]) => void taken.push(given)
    const { controller } = await startController(api, prometheus, {
      configuration: { dashboard: { enabled: true, port: 0 } },
      override: container => container.register(tokens.dashboardExtras, { useValue: { commands } }),
    })
    addBirdWatch(api, 'aleph', {})
    const origin = `http://127.0.0.1:${controller.dashboardPort}`
    const session = await fetch(`${origin}/api/session`)
    const headers = {
      origin,
      'content-type': 'application/json',
      cookie: session.headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-birdwatch-token': ((await session.json()) as { token: string }).token,
    }

    const command = { method: 'POST', headers, body: '{"command": "pause"}' }
    await eventually(async () =>
      expect((await fetch(`${origin}/api/rollouts/shop/aleph/commands`, command)).status).toBe(202),
    )

    expect(taken).toEqual([[{ namespace: 'shop', name: 'aleph' }, 'pause']])
  })

  it('allows scripts of its own and nothing else', async () => {
    const { url } = await shown()

    const { headers } = await fetch(`${url}/api/session`)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('is off by default', async () => {
    const { controller } = await shown({})

    expect(controller.dashboardPort).toBeUndefined()
  })

  it('stops with the controller, also while somebody follows', async () => {
    const { controller, url } = await shown()
    const stream = await fetch(`${url}/api/events`)

    await controller.stop()

    await expect(stream.text()).resolves.toContain('event: reset')
    await expect(fetch(url)).rejects.toThrow()
  })

  it('keeps the controller from starting where its port is taken, and says which', async () => {
    const { controller } = await shown()

    await expect(shown({ enabled: true, port: controller.dashboardPort })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: controller.dashboardPort,
    })
  })
})
