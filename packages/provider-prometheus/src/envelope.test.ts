import { describe, expect, it } from 'vitest'
import { open } from './envelope.js'
import type { HttpAnswer } from './transport.js'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  header: name => headers[name],
  text: typeof body === 'string' ? body : JSON.stringify(body),
  sent: { headers: {}, secrets: ['s3cret-token'] },
})

const opened = (given: HttpAnswer, acceptPartial = false): unknown => {
  try {
    return open('Prometheus at http://p', given, acceptPartial)
  } catch (error) {
    return error
  }
}

const data = { resultType: 'vector', result: [] }
const failed = (errorType: string, error: string) => ({ status: 'error', errorType, error })

describe('A successful answer', () => {
  it('is opened to its data.', () => {
    expect(opened(answer(200, { status: 'success', data }))).toEqual(data)
  })

  it('is taken although it has remarks about the query itself.', () => {
    const remarks = {
      warnings: ['PromQL warning: quantile value should be between 0 and 1, got 95 (1:20)'],
      infos: ['PromQL info: metric might not be a counter'],
    }

    expect(opened(answer(200, { status: 'success', data, ...remarks }))).toEqual(data)
  })

  it('is not taken when a part of the data is missing: less data is not good news.', () => {
    const warnings = ['PromQL warning: something', 'No StoreAPIs matched: store s3cret-token is down']

    expect(opened(answer(200, { status: 'success', data, warnings }))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message: 'the answer of Prometheus at http://p is incomplete: No StoreAPIs matched: store *** is down',
    })
    expect(opened(answer(200, { status: 'success', data, isPartial: true }))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
    })
  })

  it('is taken with a part missing when the options say so.', () => {
    const partial = { status: 'success', data, isPartial: true, warnings: ['a store is down'] }

    expect(opened(answer(200, partial), true)).toEqual(data)
  })
})

describe('A refusal', () => {
  it.each([400, 422])('of the query (HTTP %s) is told in the words of Prometheus.', status => {
    const body = failed('bad_data', 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis')

    expect(opened(answer(status, body))).toMatchObject({
      code: 'METRIC_QUERY_REFUSED',
      retryable: false,
      message: `Prometheus at http://p answered HTTP ${status}: bad_data: invalid parameter "query": 1:5: parse error: unclosed left parenthesis`,
    })
  })

  it.each([0, 1e308, null, { a: 1 }, []])('whose words are no text is told all the same (%j).', words => {
    const odd = { status: 'error', errorType: words, error: words, warnings: words }

    expect(opened(answer(400, odd))).toMatchObject({ code: 'METRIC_QUERY_REFUSED' })
  })

  it('of the query may come as HTTP 200 from a proxy.', () => {
    expect(opened(answer(200, failed('execution', 'many-to-many')))).toMatchObject({ code: 'METRIC_QUERY_REFUSED' })
    expect(opened(answer(200, failed('internal', 'disk')))).toMatchObject({ code: 'METRIC_UNREACHABLE' })
  })

  it.each([401, 403])('of the credentials (HTTP %s) says where to look, and does not echo them.', status => {
    const error = opened(answer(status, failed('unauthorized', 'token s3cret-token is unknown')))

    expect(error).toMatchObject({
      code: 'METRIC_UNAUTHORIZED',
      message: `Prometheus at http://p answered HTTP ${status}: unauthorized: token *** is unknown; check the credentials of the provider`,
    })
  })

  it('for the rate of queries says how long to wait, from seconds.', () => {
    expect(opened(answer(429, 'slow down', { 'retry-after': '7' }))).toMatchObject({
      code: 'METRIC_THROTTLED',
      retryAfterMs: 7000,
    })
  })

  it('for the rate of queries says how long to wait, from a date; one in the past is no wait.', () => {
    const soon = new Date(Date.now() + 3_600_000).toUTCString()
    const past = new Date(0).toUTCString()

    const error = opened(answer(429, '', { 'retry-after': soon })) as { retryAfterMs: number }

    expect(error.retryAfterMs).toBeGreaterThan(3_000_000)
    expect(opened(answer(429, '', { 'retry-after': past }))).toMatchObject({ retryAfterMs: 0 })
  })

  it('for the rate of queries may not say how long to wait.', () => {
    expect(opened(answer(429, ''))).not.toHaveProperty('retryAfterMs', expect.anything())
    expect(opened(answer(429, '', { 'retry-after': 'soon' }))).not.toHaveProperty('retryAfterMs', expect.anything())
  })
})

describe('An outage', () => {
  it.each([500, 502, 503])('answered with HTTP %s can be tried again.', status => {
    expect(opened(answer(status, '<html>Bad Gateway</html>'))).toMatchObject({
      code: 'METRIC_UNREACHABLE',
      retryable: true,
      message: `Prometheus at http://p answered HTTP ${status}`,
    })
  })

  it('of a query that took the server too long is a timeout.', () => {
    const slow = failed('timeout', 'query timed out in expression evaluation')

    expect(opened(answer(503, slow))).toMatchObject({ code: 'METRIC_TIMEOUT' })
    expect(opened(answer(504, 'gateway timeout'))).toMatchObject({ code: 'METRIC_TIMEOUT' })
    expect(opened(answer(408, ''))).toMatchObject({ code: 'METRIC_TIMEOUT' })
  })
})

describe('An answer that is not of Prometheus', () => {
  it('is quoted in part, with its type, when it is a page.', () => {
    const page = answer(200, `<html>Log in ${'x'.repeat(200)}</html>`, { 'content-type': 'text/html' })

    expect(opened(page)).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message: expect.stringMatching(/\(text\/html\): «<html>Log in x+…»; is there a proxy/),
    })
  })

  it.each([
    '',
    'null',
    '[]',
    '"success"',
    '{"status":"success"}',
    '{"status":"success","data":null}',
    '{"status":"succ',
  ])('is an error, and no data never: %s', body => {
    expect(opened(answer(200, body))).toMatchObject({ code: 'METRIC_BAD_ANSWER', retryable: true })
  })

  it('is a wrong address when it is a refusal without the words of Prometheus.', () => {
    expect(opened(answer(404, '404 page not found'))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message: expect.stringContaining('check `url`, with its path prefix'),
    })
    expect(opened(answer(400, 'Client sent an HTTP request to an HTTPS server.'))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
    })
  })

  it('is a redirect: its target is named without the ticket in it.', () => {
    const location = 'https://login.example.com/auth?ticket=very-private'

    expect(opened(answer(302, '', { location }))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message:
        'Prometheus at http://p redirects (HTTP 302) to https://login.example.com/auth; redirects are not followed, give the final `url`',
    })
    expect(opened(answer(307, '', { location: '/login?ticket=very-private' }))).toMatchObject({
      message: expect.not.stringContaining('private'),
    })
    expect(opened(answer(301, ''))).toMatchObject({ code: 'METRIC_BAD_ANSWER' })
  })
})
