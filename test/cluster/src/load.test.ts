import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Load, type LoadTarget, sendBatch } from './load.js'
import { waitFor } from './wait.js'

let server: http.Server
let answer: http.RequestListener
let target: LoadTarget

beforeEach(async () => {
  server = http.createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  target = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, host: 'aleph.test', timeoutMs: 60_000 }
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('load', () => {
  test('counts versions, statuses and missing answers apart', async () => {
    let n = 0
    answer = (request, response) => {
      n++
      if (n % 3 === 0) request.socket.destroy()
      else response.writeHead(n % 3 === 1 ? 200 : 500, { 'x-version': n % 3 === 1 ? 'v03' : 'v04' }).end()
    }

    const tally = await sendBatch(target, 30, 1)

    expect(tally).toMatchObject({ sent: 30, answered: 20, versions: { v03: 10, v04: 10 }, errors: { ECONNRESET: 10 } })
    expect([tally.share('v04'), tally.failed, tally.settled]).toEqual([0.5, 20, true])
  })

  test('goes on sending while nothing answers', async () => {
    answer = () => {}
    const load = new Load({ ...target, timeoutMs: 100 }, 100)

    await waitFor('requests without answers', () => load.tally.sent >= 20)

    const { errors, sent } = await load.stop()
    expect(errors).toEqual({ ETIMEDOUT: sent })
  })

  test('counts a request where it was sent, also when the answer comes after a reset', async () => {
    const held: http.ServerResponse[] = []
    answer = (_, response) => held.push(response)
    const load = new Load(target, 100)
    await waitFor('a request', () => held.length > 0)
    const before = load.reset()
    const { sent, answered } = before
    answer = (_, response) => response.end()

    for (const response of held) response.end()

    const after = await load.stop()
    expect(answered).toBe(0)
    expect(before).toMatchObject({ sent, answered: sent })
    expect(after.answered).toBe(after.sent)
  })
})
