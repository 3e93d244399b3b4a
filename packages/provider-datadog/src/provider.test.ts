import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createRollout, SimulatedClock } from '@birdwatch/core'
import { memoryRouter } from '@birdwatch/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { apiKey, appKey, json, series, steady, success } from '../test/datadog.js'
import { at, provide } from '../test/provide.js'
import type { DatadogOptions } from './options.js'
import { createDatadogProvider } from './provider.js'

const { signal } = new AbortController()

describe('The client', () => {
  const loaded = () =>
    Object.keys(createRequire(import.meta.url).cache).filter(path => path.includes('datadog-api-client'))

  it('is loaded with the first query, and of it only what is needed: it is large.', async () => {
    const { ask } = await provide(steady(1))
    const before = loaded()
    await ask()

    expect(before).toEqual([])
    expect(loaded().some(path => path.includes('datadog-api-client-v1/apis/MetricsApi'))).toBe(true)
    expect(loaded().filter(path => path.includes('datadog-api-client-v2'))).toEqual([])
    expect(loaded().filter(path => path.includes('-v1/apis/'))).toHaveLength(2)
  })
})

describe('A query', () => {
  it('asks for the window that ends at the moment, in whole seconds, with both keys in headers.', async () => {
    const { datadog, provider } = await provide(steady(1), { windowSeconds: 120 })

    await provider.query('sum:errors{service:aleph}.as_rate() / sum:hits{*} + 1 & more', { at, signal })

    expect(datadog.asked).toMatchObject([
      {
        path: '/api/v1/query',
        query: {
          query: 'sum:errors{service:aleph}.as_rate() / sum:hits{*} + 1 & more',
          from: '1767322925',
          to: '1767323045',
        },
        headers: { 'dd-api-key': apiKey, 'dd-application-key': appKey, accept: 'application/json' },
      },
    ])
  })

  it('is one number, made of the points as the options say.', async () => {
    const points = success([
      series([
        [1_767_323_020_000, 1],
        [1_767_323_030_000, null],
        [1_767_323_040_000, 2],
      ]),
    ])

    const samples = await Promise.all([
      provide(points).then(({ ask }) => ask()),
      provide(points, { aggregation: 'last' }).then(({ ask }) => ask()),
    ])

    expect(samples).toEqual([
      { value: 1.5, at: 1_767_323_040_000 },
      { value: 2, at: 1_767_323_040_000 },
    ])
  })

  it('leaves out the points of an earlier weight.', async () => {
    const { ask } = await provide(
      success([
        series([
          [1_767_323_000_000, 9],
          [1_767_323_040_000, 2],
        ]),
      ]),
    )

    expect(await ask(1_767_323_010_000)).toEqual({ value: 2, at: 1_767_323_040_000 })
  })

  it('may be answered compressed.', async () => {
    const body = gzipSync(JSON.stringify({ status: 'ok', series: [] }))
    const { ask } = await provide(response =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body),
    )

    expect(await ask()).toEqual({ value: null })
  })

  it('takes JSON for what it is, whatever type it is said to have.', async () => {
    const { ask } = await provide(response =>
      response.writeHead(200, { 'content-type': 'text/json;charset=utf-8' }).end('{"status":"ok","series":[]}'),
    )

    expect(await ask()).toEqual({ value: null })
  })

  it('goes over a connection that is kept.', async () => {
    const { datadog, ask } = await provide(steady(1))

    for (const _ of Array(5)) await ask()

    expect(new Set(datadog.asked.map(({ port }) => port)).size).toBeLessThan(5)
  })

  it('goes to the path that a proxy was given.', async () => {
    const { datadog, given } = await provide(steady(1))

    await createDatadogProvider({ ...given, baseUrl: `${datadog.url}/via/` }).query('q', { at, signal })

    expect(datadog.asked[0]?.path).toBe('/via/api/v1/query')
  })

  it('reads keys from their files again, because they are renewed.', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'birdwatch-datadog-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const appKeyFile = join(folder, 'app')
    await writeFile(appKeyFile, 'outdated\n')
    const { datadog } = await provide(steady(1))
    const provider = createDatadogProvider({ baseUrl: datadog.url, apiKey, appKeyFile })
    const before = await provider.query('q', { at, signal }).catch(e => e)
    await writeFile(appKeyFile, `${appKey}\n`)

    expect(before).toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
    expect(await provider.query('q', { at, signal })).toMatchObject({ value: 1 })
  })

  it('is not moved by the environment of the client.', async () => {
    vi.stubEnv('DD_SITE', 'datadoghq.invalid')
    vi.stubEnv('DD_API_KEY', 'another')
    vi.stubEnv('DD_APP_KEY', 'another')
    const { ask } = await provide(steady(1))
    const sample = await ask()
    vi.unstubAllEnvs()

    expect(sample).toMatchObject({ value: 1 })
  })
})

describe('A limit of the rate', () => {
  it('is kept to: the engine asks again when Datadog allows it, and not before.', async () => {
    const { datadog, provider } = await provide(json({ errors: ['Rate limit'] }, 429, { 'x-ratelimit-reset': '42' }))
    const clock = new SimulatedClock(at)
    const rollout = createRollout(
      { metric: 'sum:errors{*}', deviation: 1, increment: 10, interval: 1, ifUnhealthy: 'rollback', propagation: 0 },
      { canaryVersion: 'v2', metrics: provider, router: memoryRouter({ clock }), clock },
    )
    const stop = new AbortController()
    onTestFinished(() => stop.abort())
    void rollout.run({ signal: stop.signal })
    const throttled = { reason: { code: 'waiting_for_data', cause: 'METRIC_THROTTLED' } }
    await vi.waitFor(() => expect(rollout.state).toMatchObject(throttled), { timeout: 15_000 })

    await clock.advance(41_000)
    expect(datadog.asked).toHaveLength(1)
    await clock.advance(1000)
    await datadog.arrived(2)
  })
})

describe('The check at start', () => {
  it('validates the API key, and proves the application key by a query, as the validation does not look at it.', async () => {
    const { datadog, provider } = await provide(success([]))

    await provider.check?.(signal)

    expect(datadog.asked.map(({ path }) => path)).toEqual(['/api/v1/validate', '/api/v1/query'])
  })

  it.each<[string, Partial<DatadogOptions>, number]>([
    ['the API key', { apiKey: 'unknown' }, 1],
    ['the application key', { appKey: 'unknown' }, 2],
  ])('rejects when Datadog does not know %s.', async (_, options, requests) => {
    const { datadog, provider } = await provide(success([]), options)

    await expect(provider.check?.(signal)).rejects.toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
    expect(datadog.asked).toHaveLength(requests)
  })

  it('rejects when the API key is said not to be valid.', async () => {
    const { provider } = await provide(json({ valid: false }), {}, { anybody: true })

    await expect(provider.check?.(signal)).rejects.toMatchObject({ code: 'METRIC_UNAUTHORIZED' })
  })

  it('rejects when it is aborted.', async () => {
    const { provider } = await provide(success([]))

    await expect(provider.check?.(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
  })
})

describe('The provider', () => {
  it('tells its lag, so that the engine asks for what is complete.', () => {
    expect(createDatadogProvider({ apiKey, appKey })).toMatchObject({ lagMs: 30_000 })
    expect(createDatadogProvider({ apiKey, appKey, lagMs: 0 })).toMatchObject({ lagMs: 0 })
  })
})
