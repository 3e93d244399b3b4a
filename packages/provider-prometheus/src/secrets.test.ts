import { leakIn } from '@birdwatch/testing'
import { describe, expect, it } from 'vitest'
import { selfSigned } from '../test/certificate.js'
import { type Behaviour, failure, json, silence, startServer, success } from '../test/server.js'
import type { PrometheusOptions } from './options.js'
import { createPrometheusProvider } from './provider.js'

const secret = 'correct-horse-battery'
const pair = Buffer.from(`me:${secret}`).toString('base64')
const ways: [string, Partial<PrometheusOptions>][] = [
  ['a bearer token', { bearerToken: secret }],
  ['a password', { username: 'me', password: secret }],
  ['a header', { headers: { 'X-Api-Key': secret } }],
]

/** Says back to the client everything it was sent. */
const echo =
  (status: number): Behaviour =>
  (response, asked) => {
    const body = { status: 'error', errorType: 'bad_data', error: JSON.stringify(asked.headers) }
    json(body, status, { location: `/${JSON.stringify(asked.headers)}` })(response, asked)
  }

const troubles: [string, Behaviour][] = [
  ['no answer', silence],
  ['a closed connection', response => response.destroy()],
  ['half an answer', response => response.write('{', () => response.destroy())],
  ['a page that echoes', (response, { headers }) => response.end(`<html>${JSON.stringify(headers)}`)],
  [
    'a content type that echoes',
    (response, { headers }) => {
      response.writeHead(200, { 'content-type': headers.authorization ?? headers['x-api-key'] }).end('x')
    },
  ],
  [
    'a warning that echoes',
    (response, asked) => success('vector', [], { warnings: [JSON.stringify(asked.headers)] })(response, asked),
  ],
  ['a server error', failure(500, 'internal', 'x')],
  ...[302, 400, 401, 403, 404, 422, 429, 500, 503].map((status): [string, Behaviour] => [
    `HTTP ${status} that echoes`,
    echo(status),
  ]),
]

async function errorOf(behaviour: Behaviour, options: Partial<PrometheusOptions>, tls?: { key: string; cert: string }) {
  const server = await startServer(behaviour, tls)
  try {
    const provider = createPrometheusProvider({ url: server.url, timeoutMs: 100, ...options })
    return await provider.query('up', { at: 0, signal: new AbortController().signal }).catch((e: unknown) => e)
  } finally {
    await server.close()
  }
}

describe.each(ways)('With %s', (_, options) => {
  it.each(troubles)('no error carries it: %s.', async (_, behaviour) => {
    const error = await errorOf(behaviour, options)

    expect(error).toHaveProperty('code', expect.stringMatching(/^METRIC_/))
    expect(leakIn(error, [secret, pair])).toBeUndefined()
  })

  it('no error carries it: a certificate that is not trusted, nobody listening, a name that is not known.', async () => {
    const untrusted = await errorOf(silence, options, selfSigned('untrusted'))
    const nobody = await errorOf(silence, { ...options, url: 'http://127.0.0.1:1' })
    const unknown = await errorOf(silence, { ...options, url: 'http://nowhere.invalid', timeoutMs: 5000 })

    const errors = [untrusted, nobody, unknown]
    expect(errors.map(error => leakIn(error, [secret, pair]))).toEqual([undefined, undefined, undefined])
    expect(errors.map(error => (error as { code: string }).code)).not.toContain(undefined)
  })
})
