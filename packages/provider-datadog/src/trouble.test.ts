import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { selfSigned } from '../../provider-prometheus/test/certificate.js'
import { apiKey, appKey, type Behaviour, json, refusal, silence, truncated } from '../test/datadog.js'
import { at, provide } from '../test/provide.js'
import { createDatadogProvider } from './provider.js'

const { signal } = new AbortController()

describe('The time of a query', () => {
  it('is bounded, although the client knows no bound.', async () => {
    const { ask } = await provide(silence, { timeoutMs: 50 })

    await expect(ask()).rejects.toMatchObject({
      code: 'METRIC_TIMEOUT',
      message: expect.stringContaining('within 50 ms'),
    })
  })

  it('includes that of an answer without end.', async () => {
    const { ask } = await provide(response => response.write('{"status":'), { timeoutMs: 50 })

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_TIMEOUT' })
  })

  it('ends with an abort, on the wire as well.', async () => {
    let closed: () => void
    const gone = new Promise<void>(resolve => {
      closed = resolve
    })
    const { datadog, provider } = await provide(response => response.on('close', () => closed()))
    const controller = new AbortController()

    const query = provider.query('q', { at, signal: controller.signal })
    await datadog.arrived(1)
    controller.abort(new Error('stopped'))

    await expect(query).rejects.toThrow('stopped')
    await gone
  })
})

describe('An answer', () => {
  it('is not read beyond the size that is allowed, nor beyond it after decompression.', async () => {
    const large = JSON.stringify({ status: 'ok', series: [], note: 'x'.repeat(5000) })
    const plain: Behaviour = response => response.end(large)
    const packed: Behaviour = response => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(large))

    const errors = await Promise.all(
      [plain, packed].map(async behaviour => {
        const { ask } = await provide(behaviour, { maxResponseBytes: 2000 })
        return ask().catch(e => e)
      }),
    )

    expect(errors).toMatchObject([{ code: 'METRIC_ANSWER_TOO_LARGE' }, { code: 'METRIC_ANSWER_TOO_LARGE' }])
  })

  it.each<[string, Behaviour, string]>([
    ['that breaks off', truncated, 'METRIC_BAD_ANSWER'],
    ['that is half of one', response => response.end('{"status":"ok","series":['), 'METRIC_BAD_ANSWER'],
    ['that is empty', response => response.end(), 'METRIC_BAD_ANSWER'],
    ['without content', response => response.writeHead(204).end(), 'METRIC_BAD_ANSWER'],
    ['without series', json({ status: 'ok' }), 'METRIC_BAD_ANSWER'],
    ['with values of another type', json({ status: 'ok', series: [{ pointlist: [['a', 'b']] }] }), 'METRIC_BAD_ANSWER'],
    [
      'with an infinite value',
      response => response.end('{"series":[{"pointlist":[[1,1e999]]}]}'),
      'METRIC_NOT_A_NUMBER',
    ],
    ['never, as the connection ends', response => response.destroy(), 'METRIC_UNREACHABLE'],
    ['of a rate limit', json({ errors: ['Rate limited'] }, 429, { 'x-ratelimit-reset': '2' }), 'METRIC_THROTTLED'],
    ['of an outage', refusal(503, 'Service unavailable'), 'METRIC_UNREACHABLE'],
  ])('%s is an error, and no data never.', async (_, behaviour, code) => {
    const { datadog, ask } = await provide(behaviour)

    await expect(ask()).rejects.toMatchObject({ code })
    expect(datadog.asked).toHaveLength(1)
  })

  it('from elsewhere is not fetched: the keys would go there.', async () => {
    const { datadog, ask } = await provide((response, { path }) =>
      response.writeHead(302, { location: `${path}/elsewhere` }).end(),
    )

    await expect(ask()).rejects.toMatchObject({ code: 'METRIC_BAD_ANSWER' })
    expect(datadog.asked).toHaveLength(1)
  })

  it('that can not come, as nobody listens, is an outage.', async () => {
    const { datadog, ask } = await provide(silence)
    await datadog.close()

    await expect(ask()).rejects.toMatchObject({
      code: 'METRIC_UNREACHABLE',
      message: `Datadog at ${datadog.url} could not be reached: ECONNREFUSED, nobody listens there`,
    })
  })

  it('that can not come, as the name is not known, is an outage.', async () => {
    const query = createDatadogProvider({ baseUrl: 'http://nowhere.invalid', apiKey, appKey }).query('q', {
      at,
      signal,
    })

    await expect(query).rejects.toMatchObject({
      code: 'METRIC_UNREACHABLE',
      message: expect.stringMatching(/could not be reached: \w+/),
    })
  })
})

describe('A certificate that is not trusted', () => {
  it('keeps the keys from being sent: the message says what to give.', async () => {
    const { datadog, ask } = await provide(silence, {}, { tls: selfSigned('Datadog test') })

    await expect(ask()).rejects.toMatchObject({
      code: 'METRIC_UNREACHABLE',
      message: expect.stringContaining('its certificate is not trusted; give its authority in NODE_EXTRA_CA_CERTS'),
    })
    expect(datadog.asked).toEqual([])
  })
})

describe('The console', () => {
  it('is left alone, whatever happens: the client would log its errors.', async () => {
    const spies = (['debug', 'info', 'warn', 'error', 'log'] as const).map(method => vi.spyOn(console, method))
    for (const behaviour of [silence, truncated, refusal(500, 'x'), json([])]) {
      const { ask } = await provide(behaviour, { timeoutMs: 50 })
      await ask().catch(() => {})
    }

    const logged = spies.flatMap(spy => spy.mock.calls)
    vi.restoreAllMocks()
    expect(logged).toEqual([])
  })
})
