import { leakIn } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { apiKey, appKey, type Behaviour, json, refusal, silence, startDatadog, truncated } from '../test/datadog.js'
import { createDatadogProvider } from './provider.js'

/** Says back to the client everything it was sent. */
const echo =
  (status: number): Behaviour =>
  (response, asked) => {
    const all = JSON.stringify(asked.headers)
    json({ status: 'error', errors: [all] }, status, {
      location: `https://elsewhere/${all}`,
      'x-ratelimit-limit': apiKey,
      'x-ratelimit-period': appKey,
      'x-ratelimit-name': all,
    })(response, asked)
  }

const troubles: [string, Behaviour][] = [
  ['no answer', silence],
  ['a closed connection', response => response.destroy()],
  ['half an answer', truncated],
  ['a page that echoes', (response, { headers }) => response.end(`<html>${JSON.stringify(headers)}`)],
  ['a type that echoes', response => response.writeHead(200, { 'content-type': apiKey }).end('x')],
  ['a status that echoes', json({ status: apiKey, series: [] })],
  ['values that echo', json({ status: 'ok', series: [{ pointlist: apiKey }] })],
  ['a type of result that echoes', json({ status: 'ok', series: appKey })],
  ['a server error', refusal(500, 'x')],
  ...[200, 302, 400, 401, 403, 404, 422, 429, 500, 503].map((status): [string, Behaviour] => [
    `HTTP ${status} that echoes`,
    echo(status),
  ]),
]

async function errorOf(behaviour: Behaviour, keys = { apiKey, appKey }) {
  const datadog = await startDatadog(behaviour, { anybody: true })
  try {
    const provider = createDatadogProvider({ baseUrl: datadog.url, timeoutMs: 1000, ...keys })
    return await provider.query('q', { at: 0, signal: new AbortController().signal }).catch((e: unknown) => e)
  } finally {
    await datadog.close()
  }
}

describe('No error carries a key', () => {
  it.each(troubles)('after %s.', async (_, behaviour) => {
    const error = await errorOf(behaviour)

    expect(error).toHaveProperty('code', expect.stringMatching(/^METRIC_/))
    expect(leakIn(error, [apiKey, appKey])).toBeUndefined()
  })

  it('of the options that are wrong.', () => {
    const errors = [
      { apiKey: `${apiKey} `, appKey },
      { apiKey, appKey: `${appKey}\n` },
    ].map(options => {
      try {
        return createDatadogProvider(options)
      } catch (error) {
        return error
      }
    })

    expect(errors.map(error => error instanceof TypeError)).toEqual([true, true])
    expect(errors.map(error => leakIn(error, [apiKey, appKey]))).toEqual([undefined, undefined])
  })
})
