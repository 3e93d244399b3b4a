import { getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { caught } from '../../test/caught.js'
import { collect } from '../../test/collect.js'
import { startServer } from '../../test/server.js'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { createClient } from './client.js'
import type { WatchEvent, WatchOptions } from './types.js'

const path = '/apis/apps/v1/deployments'
const added = { type: 'ADDED', object: { metadata: { name: 'a', resourceVersion: '5' } } }
const bookmark = { type: 'BOOKMARK', object: { metadata: { resourceVersion: '9' } } }

/** A watch of a server that does with each answer what `serve` says. */
async function startWatch(
  serve: (response: ServerResponse) => void,
  options: WatchOptions = {},
  maxResponseBytes?: number,
) {
  const server = await startServer((_, response) => serve(response))
  const clock = new SimulatedClock()
  const client = createClient({ server: server.url, clock, maxResponseBytes })
  return { server, clock, events: client.watch(path, options) }
}

const line = (event: unknown) => `${JSON.stringify(event)}\n`

test('a watch yields events and bookmarks until the server ends it', async () => {
  const { events } = await startWatch(response => response.end(line(added) + line(bookmark)))

  expect(await collect(events)).toEqual([added, bookmark])
})

test('a watch asks for bookmarks, from a version, for a time, with selectors', async () => {
  const options = { resourceVersion: '4', timeoutSeconds: 300, labelSelector: 'app=aleph' }
  const { server, events } = await startWatch(response => response.end(), options)

  await collect(events)

  expect(Object.fromEntries(new URL(server.requests[0]?.slice(4) ?? '', server.url).searchParams)).toEqual({
    watch: 'true',
    allowWatchBookmarks: 'true',
    resourceVersion: '4',
    timeoutSeconds: '300',
    labelSelector: 'app=aleph',
  })
})

test('the request is sent when the iteration begins, not before', async () => {
  const { server } = await startWatch(response => response.end())

  expect(server.requests).toEqual([])
})

test('an ERROR event for an expired version is KUBE_GONE', async () => {
  const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 1 (7)' }
  const { events } = await startWatch(response => response.end(line(added) + line({ type: 'ERROR', object: status })))
  const seen: WatchEvent[] = []

  const error = await caught(collect(events, seen))

  expect(error).toMatchObject({ code: 'KUBE_GONE', status: 410, reason: 'Expired', verb: 'watch' })
  expect(seen).toEqual([added])
})

test('an ERROR event that is no Status is KUBE_SERVER', async () => {
  const { events } = await startWatch(response => response.end(line({ type: 'ERROR', object: {} })))

  expect(await caught(collect(events))).toMatchObject({ code: 'KUBE_SERVER' })
})

test('a refused watch is the error of its status', async () => {
  const { events } = await startWatch(response => response.writeHead(403).end())

  expect(await caught(collect(events))).toMatchObject({ code: 'KUBE_FORBIDDEN' })
})

test('a line that is cut off is KUBE_BAD_RESPONSE, after the events before it', async () => {
  const { events } = await startWatch(response => response.end(line(added) + line(bookmark).slice(0, 20)))
  const seen: WatchEvent[] = []

  const error = await caught(collect(events, seen))

  expect(error.code).toBe('KUBE_BAD_RESPONSE')
  expect(seen).toEqual([added])
})

test('a line that is JSON but no event is KUBE_BAD_RESPONSE', async () => {
  const { events } = await startWatch(response => response.end('{}\n'))

  expect(await caught(collect(events))).toMatchObject({ code: 'KUBE_BAD_RESPONSE' })
})

test('a broken connection is KUBE_UNREACHABLE, after the events before it', async () => {
  const { events } = await startWatch(response => response.write(line(added), () => response.socket?.resetAndDestroy()))
  const seen: WatchEvent[] = []

  const error = await caught(collect(events, seen))

  expect(error.code).toBe('KUBE_UNREACHABLE')
  expect(seen).toEqual([added])
})

test('a server that does not answer is KUBE_TIMEOUT after the deadline of a request', async () => {
  const { server, clock, events } = await startWatch(() => {})

  const failure = caught(collect(events))
  await vi.waitUntil(() => server.requests.length === 1, { timeout: 15_000, interval: 2 })
  await clock.advance(10_000)

  expect(await failure).toMatchObject({ code: 'KUBE_TIMEOUT', status: undefined })
})

test('a watch without event or bookmark for 90 s is KUBE_TIMEOUT, even when bytes drip in', async () => {
  const { clock, events } = await startWatch(response => {
    response.write(line(added))
    const drip = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(drip))
  })
  const seen: WatchEvent[] = []

  const failure = caught(collect(events, seen))
  await vi.waitUntil(() => seen.length === 1, { timeout: 15_000, interval: 2 })
  await clock.advance(89_999)
  await clock.advance(1)

  expect(await failure).toMatchObject({ code: 'KUBE_TIMEOUT', status: 200 })
})

test('the time a caller needs for an event is no silence', async () => {
  const { clock, events } = await startWatch(response => {
    response.write(line(added), () => response.end(line(bookmark)))
  })
  const seen: WatchEvent[] = []

  for await (const event of events) {
    seen.push(event)
    await clock.advance(200_000)
  }

  expect(seen).toEqual([added, bookmark])
})

test('an abort ends the watch at once, before events that are here already', async () => {
  const abort = new AbortController()
  const { events } = await startWatch(response => response.write(line(added) + line(bookmark)), {
    signal: abort.signal,
  })
  const seen: WatchEvent[] = []
  const watching = async () => {
    for await (const event of events) {
      seen.push(event)
      abort.abort()
    }
  }

  const error = await caught(watching())

  expect(error.code).toBe('KUBE_ABORTED')
  expect(seen).toEqual([added])
})

test('an abort ends a watch that waits', async () => {
  const abort = new AbortController()
  const { events } = await startWatch(response => response.write(line(added)), { signal: abort.signal })
  const seen: WatchEvent[] = []

  const failure = caught(collect(events, seen))
  await vi.waitUntil(() => seen.length === 1, { timeout: 15_000, interval: 2 })
  abort.abort()

  expect(await failure).toMatchObject({ code: 'KUBE_ABORTED' })
})

test('leaving the loop closes the connection and leaves no timer and no listener', async () => {
  const { signal } = new AbortController()
  let isClosed = false
  const { clock, events } = await startWatch(
    response => {
      response.on('close', () => {
        isClosed = true
      })
      response.write(line(added))
    },
    { signal },
  )

  for await (const _ of events) break

  await vi.waitUntil(() => isClosed, { timeout: 15_000, interval: 2 })
  expect(clock.pending).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('an event beyond maxResponseBytes is KUBE_TOO_LARGE', async () => {
  const { events } = await startWatch(response => response.write('x'.repeat(2_000)), {}, 1_000)

  expect(await caught(collect(events))).toMatchObject({ code: 'KUBE_TOO_LARGE' })
})

test('a watch may be longer than maxResponseBytes: the bound is for each event', async () => {
  const { events } = await startWatch(response => response.end(line(added).repeat(100)), {}, 1_000)

  expect(await collect(events)).toHaveLength(100)
})
