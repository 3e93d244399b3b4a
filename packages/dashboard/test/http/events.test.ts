import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { follow } from '../support/events.js'
import { serve } from '../support/server.js'
import { resource, state } from '../support/states.js'

const named = (name: string) => ({ namespace: 'shop', name })
const at = (weight: number) => state('Progressing', { weight })

describe('The stream of all rollouts', () => {
  it('begins with a sign of life and everything there is.', async () => {
    const { feed, url } = await serve()
    feed.put(resource, at(20))
    const stream = await follow(`${url}/api/events`)

    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    expect(await stream.next()).toMatchObject({ event: 'beat' })
    expect(await stream.next()).toMatchObject({ event: 'reset', data: { rollouts: [{ key: 'shop/aleph' }] } })
  })

  it('tells what changes, and what is gone.', async () => {
    const { feed, url } = await serve()
    const stream = await follow(`${url}/api/events`)
    await stream.next('reset')

    feed.put(resource, at(25))
    expect(await stream.next('change')).toMatchObject({ data: { rollouts: [{ weight: 25 }], removed: [] } })

    feed.remove('shop/aleph')
    expect(await stream.next('change')).toMatchObject({ data: { rollouts: [], removed: ['shop/aleph'] } })
  })

  it('tells changes of one moment together, each rollout once.', async () => {
    const { feed, url } = await serve({ gatherMs: 50 })
    const stream = await follow(`${url}/api/events`)
    await stream.next('reset')
    for (let weight = 1; weight <= 30; weight++) feed.put(resource, at(weight))

    expect(await stream.next('change')).toMatchObject({ data: { rollouts: [{ weight: 30 }] } })
  })

  it('shows signs of life while nothing happens.', async () => {
    const { url } = await serve({ beatMs: 5 })
    const stream = await follow(`${url}/api/events`)
    await stream.next('reset')

    expect(await stream.next('beat')).toMatchObject({ data: { now: expect.any(Number) } })
    expect(await stream.next('beat')).toMatchObject({ id: '' })
  })

  it('ends when the dashboard is closed.', async () => {
    const { url, close } = await serve()
    const stream = await follow(`${url}/api/events`)
    await stream.next('reset')
    close()

    expect(await stream.next('change')).toBeUndefined()
  })
})

describe('A stream that is taken up again', () => {
  it('goes on from the last event that was seen.', async () => {
    const { feed, url } = await serve()
    feed.put(named('aleph'), at(20))
    feed.put(named('beth'), at(20))
    const first = await follow(`${url}/api/events`)
    const seen = await first.next('reset')
    first.close()
    feed.put(named('beth'), at(25))

    const again = await follow(`${url}/api/events`, { 'last-event-id': seen?.id ?? '' })
    expect(await again.next('reset', 'change')).toMatchObject({
      event: 'change',
      data: { rollouts: [{ key: 'shop/beth', weight: 25 }] },
    })
  })

  it('may name that event in the address: a new EventSource has no header for it.', async () => {
    const { feed, url } = await serve()
    const first = await follow(`${url}/api/events`)
    const seen = await first.next('reset')
    feed.put(resource, at(25))

    const again = await follow(`${url}/api/events?after=${seen?.id}`)
    expect(await again.next('reset', 'change')).toMatchObject({ event: 'change' })
  })

  it.each(['', 'nonsense', '1-1', '-5', 'a-b-c'])('begins anew after the unknown event %j.', async id => {
    const { url } = await serve()
    const stream = await follow(`${url}/api/events`, { 'last-event-id': id })

    expect(await stream.next('reset', 'change')).toMatchObject({ event: 'reset' })
  })

  it('begins anew after an event of another process.', async () => {
    const [old, young] = [await serve(), await serve()]
    const seen = await (await follow(`${old.url}/api/events`)).next('reset')
    const stream = await follow(`${young.url}/api/events`, { 'last-event-id': seen?.id ?? '' })

    expect(await stream.next('reset', 'change')).toMatchObject({ event: 'reset' })
  })
})

describe('The stream of one rollout', () => {
  it('begins with the rollout and its history, and tells each new point.', async () => {
    const { feed, url } = await serve()
    feed.put(resource, at(20))
    const stream = await follow(`${url}/api/events?rollout=shop%2Faleph`)
    expect(await stream.next('reset')).toMatchObject({ data: { view: { weight: 20 }, points: [{ weight: 20 }] } })

    feed.put(named('beth'), at(90))
    feed.put(resource, at(25))
    expect(await stream.next('change')).toMatchObject({ data: { view: { weight: 25 }, points: [{ weight: 25 }] } })
  })

  it('waits for a rollout that is not there yet, and tells when it is gone.', async () => {
    const { feed, url } = await serve()
    const stream = await follow(`${url}/api/events?rollout=shop%2Faleph`)
    expect(await stream.next('reset')).toMatchObject({ data: { view: null, points: [] } })

    feed.put(resource, at(20))
    expect(await stream.next('change')).toMatchObject({ data: { view: { key: 'shop/aleph' } } })

    feed.remove('shop/aleph')
    expect(await stream.next('change')).toMatchObject({ data: { view: null } })
  })

  it('goes on with the points that were missed.', async () => {
    const { feed, url } = await serve()
    feed.put(resource, at(20))
    const first = await follow(`${url}/api/events?rollout=shop%2Faleph`)
    const seen = await first.next('reset')
    first.close()
    feed.put(resource, at(25))
    feed.put(resource, at(30))

    const again = await follow(`${url}/api/events?rollout=shop%2Faleph&after=${seen?.id}`)
    expect(await again.next('reset', 'change')).toMatchObject({
      event: 'change',
      data: { view: { weight: 30 }, points: [{ weight: 25 }, { weight: 30 }] },
    })
  })
})

describe('Many readers', () => {
  it('are told the same.', async () => {
    const { feed, url } = await serve()
    const streams = await Promise.all(Array.from({ length: 60 }, () => follow(`${url}/api/events`)))
    await Promise.all(streams.map(stream => stream.next('reset')))
    feed.put(resource, at(25))
    const changes = await Promise.all(streams.map(stream => stream.next('change')))

    expect(new Set(changes.map(change => JSON.stringify(change?.data.rollouts))).size).toBe(1)
    expect(changes[0]).toMatchObject({ data: { rollouts: [{ weight: 25 }] } })
  })

  it('are refused when there are too many, and let in again when one has gone.', async () => {
    const { url } = await serve({ readers: 1 })
    const first = await follow(`${url}/api/events`)
    await first.next('reset')
    const second = await follow(`${url}/api/events`)
    expect(second.status).toBe(503)
    expect(second.headers.get('retry-after')).toBe('10')

    first.close()
    await expect.poll(async () => (await follow(`${url}/api/events`)).status, { timeout: 10_000 }).toBe(200)
  })
})

/** A reader that takes nothing until it is told to. */
async function lazyReader(port: number) {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.pause()
  socket.write('GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  let text = ''
  socket.on('data', chunk => {
    text += chunk.toString()
  })
  return { socket, read: () => text }
}

/** Enough that no socket's buffers hold it all. */
const bulk = 'x'.repeat(2000)
const heavy = (round: number) =>
  state('Progressing', { weight: round % 100, reason: { code: 'waiting_for_traffic', detail: `${round} ${bulk}` } })

describe('A slow reader', () => {
  it('holds up nobody, and is brought to the present in one step when it reads again.', async () => {
    const { feed, port, url } = await serve({ beatMs: 60_000 })
    const slow = await lazyReader(port)
    const fast = await follow(`${url}/api/events`)
    await fast.next('reset')
    const rounds = 100
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < 80; i++) feed.put(named(`s${i}`), heavy(round))
      await fast.next('change')
    }
    slow.socket.resume()
    await expect.poll(() => slow.read().includes(`${rounds} xxx`), { timeout: 15_000 }).toBe(true)

    const sent = rounds * 80 * bulk.length
    expect(slow.read().length).toBeLessThan(sent * 0.9)
    expect(slow.read().match(/event: change/g)?.length).toBeLessThan(rounds)
  })

  it('is let go when it takes nothing for too long.', async () => {
    const { feed, port, url } = await serve({ beatMs: 5, stallMs: 50, readers: 2 })
    const slow = await lazyReader(port)
    const fast = await follow(`${url}/api/events`)
    await fast.next('reset')
    for (let round = 1; round <= 60; round++) {
      for (let i = 0; i < 80; i++) feed.put(named(`s${i}`), heavy(round))
      await fast.next('change')
    }
    await expect.poll(async () => (await follow(`${url}/api/events`)).status, { timeout: 15_000 }).toBe(200)

    const closed = new Promise(resolve => slow.socket.once('close', resolve).on('error', () => {}))
    slow.socket.resume()
    await closed
    expect(slow.read()).not.toContain('60 xxx')
  })
})
