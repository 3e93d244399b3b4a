import { createPrometheusProvider } from '@birdwatch/provider-prometheus'
import { expect, onTestFinished, test } from 'vitest'
import { startMetrics } from '../src/metrics/metrics.js'
import { handled } from './support/handled.js'
import { until } from './support/until.js'

async function start() {
  const metrics = await startMetrics({ intervalMs: 20 })
  onTestFinished(() => metrics.close())
  const provider = createPrometheusProvider({ url: metrics.url })
  const { signal } = new AbortController()
  const ask = async (expression: string, at = Date.now()) => (await provider.query(expression, { at, signal })).value
  return { metrics, provider, ask, signal }
}

test('answers the provider of BirdWatch: no data at first, then what was measured', async () => {
  const { metrics, provider, ask, signal } = await start()
  const query =
    'sum(istio_requests_total{destination_service_name="aleph",destination_version="v04",response_code="500"})'
  await provider.check?.(signal)
  expect(await ask(query)).toBeNull()
  metrics.record(handled)
  metrics.record(handled)
  await until(async () => (await ask(query)) === 2)
})

test("a refused query reaches the provider with Prometheus's own words", async () => {
  const { metrics, ask } = await start()
  metrics.record(handled)
  await until(async () => Number(await ask('count({__name__=~".+"})')) > 1)
  await expect(ask('sum(')).rejects.toMatchObject({
    code: 'METRIC_QUERY_REFUSED',
    message: expect.stringContaining('bad_data'),
  })
  await expect(ask('up + on () {__name__=~".+"}')).rejects.toMatchObject({ code: 'METRIC_QUERY_REFUSED' })
})

test('takes a query by GET and by POST, and the time in both of its forms', async () => {
  const { metrics } = await start()
  const data = async (response: Response) => ((await response.json()) as { data: { result: unknown } }).data.result
  const url = `${metrics.url}/api/v1/query`
  const form = new URLSearchParams({ query: 'time()', time: '1700000000.5' })
  expect(await data(await fetch(`${url}?${form}`))).toEqual([1_700_000_000.5, '1700000000.5'])
  expect(await data(await fetch(url, { method: 'POST', body: form }))).toEqual([1_700_000_000.5, '1700000000.5'])
  expect(await data(await fetch(`${url}?query=time()&time=2023-11-14T22:13:20Z`))).toEqual([
    1_700_000_000,
    '1700000000',
  ])
})

test('refuses a time that is none: 400', async () => {
  const { metrics } = await start()
  const response = await fetch(`${metrics.url}/api/v1/query?query=1&time=noon`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ status: 'error', errorType: 'bad_data' })
})

test.each([
  ['/-/ready', 200],
  ['/-/healthy', 200],
  ['/metrics', 200],
  ['/api/v1/status/buildinfo', 200],
  ['/api/v1/query_range', 404],
])('%s is answered with %d', async (path, status) => {
  const { metrics } = await start()
  expect((await fetch(`${metrics.url}${path}`)).status).toBe(status)
})

test('shows its metrics to a real Prometheus', async () => {
  const { metrics } = await start()
  metrics.record(handled)
  const text = await (await fetch(`${metrics.url}/metrics`)).text()
  expect(text).toMatch(/^istio_requests_total\{.*destination_version="v04".*\} 1$/m)
})
