import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startFlags } from '../support/flags.js'
import { json, startPeer, textOf } from '../support/peer.js'
import { type Program, run } from '../support/program.js'

const token = 's3cret'
const patience = { timeout: 150_000, interval: 100 }

describe('The service', () => {
  let directory: string
  let told: string[]
  let started: Program[]
  let flags: Awaited<ReturnType<typeof startFlags>>
  let stats: Awaited<ReturnType<typeof startPeer>>
  let hook: Awaited<ReturnType<typeof startPeer>>

  async function start() {
    const program = run(new URL('./main.js', import.meta.url), [], {
      cwd: directory,
      env: {
        PORT: '0',
        FLAGS_URL: flags.url,
        FLAGS_TOKEN: token,
        STATS_URL: stats.url,
        HOOK_URL: hook.url,
        HOOK_SECRET: 'a secret of the webhook',
      },
    })
    started.push(program)
    const port = /"port":(\d+)/.exec(await program.line(/^listening/))?.[1]
    const ask = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      // biome-ignore lint/suspicious/noExplicitAny: whatever the service says.
      return { status: answer.status, body: (await answer.json()) as any }
    }
    return { program, ask }
  }

  const policy = (flag: string) => ({
    metric: `/errors?flag=${flag}#/rate`,
    deviation: 0.1,
    increment: 10,
    interval: 1,
    ifUnhealthy: 'rollback',
    propagation: 0,
    trafficLimit: 30,
    atLimit: 'promote',
  })

  beforeEach(async () => {
    told = []
    started = []
    directory = mkdtempSync(join(tmpdir(), 'birdwatch-service-'))
    flags = await startFlags({ token, flags: { checkout: 0, search: 0 } })
    const sick = () => (flags.percentOf('search') ?? 0) > 0
    stats = await startPeer((request, response) =>
      json(response, 200, { rate: request.url?.includes('flag=search') && sick() ? 0.5 : 0 }),
    )
    hook = await startPeer(async (request, response) => {
      told.push(JSON.parse(await textOf(request)).text)
      json(response, 204)
    })
  })
  afterEach(async () => {
    for (const { process } of started) process.kill('SIGKILL')
    await Promise.all([...started.map(({ ended }) => ended), flags.close(), stats.close(), hook.close()])
    rmSync(directory, { recursive: true, force: true })
  })

  test('carries several rollouts through a crash, each to its own end', async () => {
    const first = await start()
    expect(await first.ask('POST', '/rollouts', { flag: 'checkout', policy: policy('checkout') })).toMatchObject({
      status: 201,
    })
    expect(await first.ask('POST', '/rollouts', { flag: 'search', policy: policy('search') })).toMatchObject({
      status: 201,
    })
    await vi.waitFor(() => expect(flags.percentOf('checkout')).toBeGreaterThanOrEqual(10), patience)
    first.program.process.kill('SIGKILL')
    await first.program.ended

    const second = await start()
    const ends = async () =>
      (await second.ask('GET', '/rollouts')).body.map((rollout: { phase: string }) => rollout.phase).sort()
    await vi.waitFor(async () => expect(await ends()).toEqual(['Promoted', 'RolledBack']), patience)

    expect(flags.percentOf('checkout')).toBe(100)
    expect(flags.percentOf('search')).toBe(0)
    await vi.waitFor(() => expect(told).toContainEqual(expect.stringMatching(/^checkout is production/)), patience)
    expect(told).toContainEqual(expect.stringMatching(/^search is unhealthy at 10 %/))
    expect(second.program.lines.filter(line => line.includes('begins'))).toEqual([])
  }, 180_000)

  test('takes commands, and says why it refuses one, a policy or a second rollout of the same flag', async () => {
    const { ask } = await start()
    const slow = { ...policy('checkout'), interval: 600 }
    expect(await ask('POST', '/rollouts', { flag: 'checkout', policy: { ...slow, increment: 50 } })).toMatchObject({
      status: 400,
      body: { field: 'increment' },
    })
    await ask('POST', '/rollouts', { flag: 'checkout', policy: slow })
    expect(await ask('POST', '/rollouts', { flag: 'checkout', policy: slow })).toMatchObject({ status: 409 })
    await vi.waitFor(() => expect(flags.percentOf('checkout')).toBe(10), patience)

    expect(await ask('POST', '/rollouts/checkout/resume', { by: 'ada' })).toMatchObject({ status: 409 })
    expect(await ask('POST', '/rollouts/checkout/abort', { by: 'ada' })).toMatchObject({ status: 202 })

    await vi.waitFor(() => expect(flags.percentOf('checkout')).toBe(0), patience)
  }, 180_000)
})
