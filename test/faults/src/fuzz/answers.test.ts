import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeOf, type Notice } from '@birdwatch/core'
import { createSlackNotifier } from '@birdwatch/notifier-slack'
import { createPrometheusProvider } from '@birdwatch/provider-prometheus'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Chance } from '../chance.js'
import { mutated } from './mutate.js'

const chance = new Chance(1)
const tries = 400
let body = ''
let status = 200
let server: Server
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => server.close())

const statuses = [200, 200, 200, 200, 200, 204, 302, 400, 401, 422, 429, 500, 503]

/** Prepares an answer that is nearly right: its content is, or its text is cut or garbled. */
function answerWith(right: readonly object[]): string {
  const text = JSON.stringify(mutated(chance.pick(right), chance))
  status = chance.pick(statuses)
  const cut = chance.int(0, text.length)
  body = chance.pick([text, text, text, text.slice(0, cut), `${text}${text}`, `<html>${text}`])
  return `${status} ${body.slice(0, 300)}`
}

const sample = { metric: { pod: 'a' }, value: [1767323045, '0.5'] }
const prometheus = [
  { status: 'success', data: { resultType: 'vector', result: [sample] } },
  { status: 'success', data: { resultType: 'vector', result: [sample, sample] } },
  { status: 'success', data: { resultType: 'scalar', result: [1767323045, 'NaN'] } },
  { status: 'error', errorType: 'bad_data', error: 'no' },
  { status: 'success', warnings: ['a store is down'], data: { resultType: 'vector', result: [sample] } },
]

const notice: Notice = {
  id: 'r-1/1',
  rolloutId: 'r-1',
  seq: 1,
  reason: { code: 'started', version: 'v2' },
  snapshot: {
    name: 'shop/aleph',
    service: 'aleph',
    phase: 'Baselining',
    weight: 0,
    canaryVersion: 'v2',
    at: 0,
    metrics: [],
  },
}

describe('answers that nobody would expect', () => {
  test('from Prometheus are a number, no data, or an error of the catalogue', async () => {
    const provider = createPrometheusProvider({ url: url() })
    const wrong: string[] = []
    for (let i = 0; i < tries; i++) {
      const answer = answerWith(prometheus)
      try {
        const { value } = await provider.query('up', { at: 1767323045000, signal: AbortSignal.timeout(10_000) })
        if (value !== null && !Number.isFinite(value)) wrong.push(`${answer} -> ${value}`)
      } catch (error) {
        if (codeOf(error)?.startsWith('METRIC_') !== true) wrong.push(`${answer} -> ${String(error)}`)
      }
    }
    expect(wrong).toEqual([])
  }, 120_000)

  test('from Slack are a delivery or an error of the catalogue', async () => {
    const notifier = createSlackNotifier({ token: 'xoxb-test', channel: '#releases', apiUrl: `${url()}/api/` })
    const right = [
      { ok: true, channel: 'C1', ts: '1.1', message: { ts: '1.1' } },
      { ok: false, error: 'channel_not_found' },
    ]
    const wrong: string[] = []
    for (let i = 0; i < tries; i++) {
      const answer = answerWith(right)
      try {
        await notifier.notify(notice, { signal: AbortSignal.timeout(10_000) })
      } catch (error) {
        if (codeOf(error)?.startsWith('NOTIFIER_') !== true) wrong.push(`${answer} -> ${String(error)}`)
      }
    }
    expect(wrong).toEqual([])
  }, 120_000)
})
