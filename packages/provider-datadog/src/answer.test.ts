import { describe, expect, it } from 'vitest'
import { accept } from './answer.js'

const keys = { apiKey: 'private-api', appKey: 'private-app' }

function accepted(status: number, body: unknown, headers: Record<string, string> = {}): unknown {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  try {
    return accept('Datadog at http://d', { status, headers: new Headers(headers), text }, keys)
  } catch (error) {
    return error
  }
}

const failed = (...errors: unknown[]) => ({ errors })

describe('A successful answer', () => {
  it('is handed on as it is.', () => {
    const text = '{"status":"ok","series":[]}'

    expect(accepted(200, text)).toBe(text)
  })

  it('need not have a status, as that of the validation has none.', () => {
    expect(accepted(200, '{"valid":true}')).toBe('{"valid":true}')
  })

  it('is none when its status is an error: that is told in the words of Datadog.', () => {
    expect(accepted(200, { status: 'error', error: 'Rule scope_expr did not match', series: [] })).toMatchObject({
      code: 'METRIC_QUERY_REFUSED',
      retryable: false,
      message: 'Datadog at http://d refused the query: Rule scope_expr did not match',
    })
  })

  it('is not taken when it is partial: less data is not good news.', () => {
    expect(accepted(200, { status: 'partial', error: 'a shard private-api is down', series: [] })).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message: 'the answer of Datadog at http://d is incomplete, it has the status partial: a shard *** is down',
    })
  })
})

describe('A refusal', () => {
  it.each([400, 422])('of the query (HTTP %s) is told in the words of Datadog.', status => {
    expect(accepted(status, failed('Error parsing query', 'unable to parse sum:('))).toMatchObject({
      code: 'METRIC_QUERY_REFUSED',
      retryable: false,
      message: `Datadog at http://d answered HTTP ${status}: Error parsing query; unable to parse sum:(`,
    })
  })

  it('may come with words of another shape.', () => {
    expect(accepted(400, failed({ detail: 'too long' }))).toMatchObject({
      message: expect.stringContaining('{"detail":"too long"}'),
    })
    expect(accepted(400, { error: 'too long' })).toMatchObject({ message: expect.stringContaining(': too long') })
  })

  it.each([401, 403])('of the keys (HTTP %s) says what to check, and does not echo them.', status => {
    expect(accepted(status, failed('Forbidden: private-api, private-app'))).toMatchObject({
      code: 'METRIC_UNAUTHORIZED',
      message: `Datadog at http://d answered HTTP ${status}: Forbidden: ***, ***; check that both keys are of the organization at this \`site\`, and that the application key has the scope timeseries_query`,
    })
  })
})

describe('A limit of the rate', () => {
  const limits = { 'x-ratelimit-limit': '100', 'x-ratelimit-period': '3600', 'x-ratelimit-name': 'metrics_query' }

  it('says how long to wait, and what the limit is.', () => {
    expect(accepted(429, failed('Rate limited'), { ...limits, 'x-ratelimit-reset': '12' })).toMatchObject({
      code: 'METRIC_THROTTLED',
      retryable: true,
      retryAfterMs: 12_000,
      message: 'Datadog at http://d limits the rate of queries to 100 in 3600 s (metrics_query); try again in 12 s',
    })
  })

  it.each([
    [{ 'x-ratelimit-reset': '0' }, 0],
    [{ 'x-ratelimit-reset': ' 1.5 ' }, 1500],
    [{ 'retry-after': '7' }, 7000],
    [{ 'x-ratelimit-reset': '3', 'retry-after': '7' }, 3000],
  ])('is read from %j.', (headers, retryAfterMs) => {
    expect(accepted(429, '', headers)).toMatchObject({ code: 'METRIC_THROTTLED', retryAfterMs })
  })

  it.each<Record<string, string>>([
    {},
    { 'x-ratelimit-reset': 'soon' },
    { 'x-ratelimit-reset': '-1' },
    { 'x-ratelimit-reset': '' },
  ])('may not say how long to wait: %j.', headers => {
    const error = accepted(429, '<html>slow down', headers)

    expect(error).toMatchObject({
      code: 'METRIC_THROTTLED',
      message: 'Datadog at http://d limits the rate of queries and does not say for how long',
    })
    expect(error).not.toHaveProperty('retryAfterMs', expect.anything())
  })
})

describe('An outage', () => {
  it.each([500, 502, 503])('answered with HTTP %s can be tried again.', status => {
    expect(accepted(status, '<html>Bad Gateway</html>')).toMatchObject({
      code: 'METRIC_UNREACHABLE',
      retryable: true,
      message: `Datadog at http://d answered HTTP ${status}`,
    })
  })

  it.each([408, 504])('answered with HTTP %s is a timeout.', status => {
    expect(accepted(status, failed('took too long'))).toMatchObject({ code: 'METRIC_TIMEOUT' })
  })
})

describe('An answer that is not of Datadog', () => {
  it('is quoted in part, with its type, when it is a page.', () => {
    const page = `<html>Log in ${'x'.repeat(200)}</html>`

    expect(accepted(200, page, { 'content-type': 'text/html' })).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message: expect.stringMatching(/\(text\/html\): «<html>Log in x+…»; is there a proxy/),
    })
  })

  it.each(['', 'null', '[]', '"ok"', '5', '{"status":"ok","series":['])('is an error, and no data never: %s', text => {
    expect(accepted(200, text)).toMatchObject({ code: 'METRIC_BAD_ANSWER', retryable: true })
  })

  it('is a wrong address when it is a refusal without words, or of the path.', () => {
    expect(accepted(400, 'Client sent an HTTP request to an HTTPS server.')).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
    })
    expect(accepted(404, failed('Not found'))).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message:
        'Datadog at http://d answered HTTP 404: Not found, which is not how Datadog answers; check `site` or `baseUrl`',
    })
  })

  it('is a redirect: its target is named without the ticket in it.', () => {
    const location = 'https://login.example.com/auth?ticket=very-private'

    expect(accepted(302, '', { location })).toMatchObject({
      code: 'METRIC_BAD_ANSWER',
      message:
        'Datadog at http://d redirects (HTTP 302) to https://login.example.com/auth; redirects are not followed, check `site` or `baseUrl`',
    })
    expect(accepted(307, '', { location: '/login?ticket=very-private' })).toMatchObject({
      message: expect.not.stringContaining('private'),
    })
    expect(accepted(301, '')).toMatchObject({ code: 'METRIC_BAD_ANSWER' })
  })
})
