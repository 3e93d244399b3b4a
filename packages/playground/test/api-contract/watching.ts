import { expect, test } from 'vitest'
import { kite, Space } from './fixtures.js'
import type { Context } from './index.js'

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

const told = (events: { type: string; object: { metadata: { name: string } } }[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name}`)

/** A watch lasts a second at least: these tests run beside each other, each in a namespace of its own. */
export function watching(t: Context): void {
  const enter = async () => {
    const space = await Space.create(t.api)
    const version = async () => (await t.api.get(space.kites())).body.metadata.resourceVersion as string
    const watch = (query: string, accept?: string) =>
      t.api.events(`${space.kites()}?watch=true&timeoutSeconds=1&${query}`, accept)
    return { space, version, watch }
  }

  test.concurrent('tells of every change since a version, in order', async () => {
    const { space, version, watch } = await enter()
    const from = await version()
    await t.api.post(space.kites(), kite('a'))
    await t.api.patch(space.kites('a'), 'merge', { spec: { size: 5 } })
    await t.api.delete(space.kites('a'))
    const events = await watch(`resourceVersion=${from}`)
    expect(told(events)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    expect(events[1]?.object.spec.size).toBe(5)
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
    expect(new Set(versions).size).toBe(3)
  })

  test.concurrent('tells of changes when they happen', async () => {
    const { space, version } = await enter()
    const stream = t.api.watch(`${space.kites()}?watch=true&resourceVersion=${await version()}`)
    const first = stream.next()
    await t.api.post(space.kites(), kite('a'))
    expect(told([(await first).value])).toEqual(['ADDED a'])
    await stream.return(undefined)
  })

  test.concurrent('without a version, and with 0, tells first of what is there', async () => {
    const { space, watch } = await enter()
    await t.api.post(space.kites(), kite('a'))
    expect(told(await watch(''))).toEqual(['ADDED a'])
    expect(told(await watch('resourceVersion=0'))).toEqual(['ADDED a'])
  })

  test.concurrent('an object that ceases to be selected is deleted for the watcher, and one that begins to be is added', async () => {
    const { space, version, watch } = await enter()
    const from = await version()
    await t.api.post(space.kites(), kite('a', { color: 'blue' }, { labels: { l: 'in' } }))
    await t.api.patch(space.kites('a'), 'merge', { metadata: { labels: { l: 'out' } } })
    await t.api.patch(space.kites('a'), 'merge', { spec: { size: 5 } })
    await t.api.patch(space.kites('a'), 'merge', { metadata: { labels: { l: 'in' } } })
    expect(told(await watch(`resourceVersion=${from}&labelSelector=l%3Din`))).toEqual([
      'ADDED a',
      'DELETED a',
      'ADDED a',
    ])
  })

  test.concurrent('can be narrowed to one name', async () => {
    const { space, version, watch } = await enter()
    const from = await version()
    await t.api.post(space.kites(), kite('a'))
    await t.api.post(space.kites(), kite('b'))
    expect(told(await watch(`resourceVersion=${from}&fieldSelector=metadata.name%3Db`))).toEqual(['ADDED b'])
  })

  test.concurrent('tells of its own namespace only', async () => {
    const { version, watch } = await enter()
    const from = await version()
    await t.api.post('/apis/contract.birdwatch.test/v1/namespaces/default/kites', kite('elsewhere'))
    await t.api.delete('/apis/contract.birdwatch.test/v1/namespaces/default/kites/elsewhere')
    expect(await watch(`resourceVersion=${from}`)).toEqual([])
  })

  test.concurrent('a version that is not reached yet is waited for in silence', async () => {
    const { watch } = await enter()
    expect(await watch('resourceVersion=99999999999')).toEqual([])
  })

  test.concurrent('with initial events: what is there, then a bookmark that says so', async () => {
    const { space, watch } = await enter()
    await t.api.post(space.kites(), kite('a'))
    const events = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true')
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
    expect(events[1]?.object).toMatchObject({
      kind: 'Kite',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    })
  })

  test.concurrent('refuses initial events without saying how old they may be: 422', async () => {
    const { space } = await enter()
    const answer = await t.api.get(`${space.kites()}?watch=true&sendInitialEvents=true`)
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } })
  })

  test.concurrent('sends a bookmark before its time is over, from where a watch can go on', async () => {
    const { space, version, watch } = await enter()
    const path = `${space.kites()}?watch=true&allowWatchBookmarks=true&timeoutSeconds=6`
    const stream = t.api.watch(`${path}&resourceVersion=${await version()}`)
    const first = stream.next()
    await t.api.post(space.kites(), kite('a'))
    await first
    const { body } = await t.api.post(space.kites(), kite('b'))
    const bookmarks = []
    for await (const event of stream) if (event.type === 'BOOKMARK') bookmarks.push(event.object)
    const last = bookmarks.at(-1)?.metadata.resourceVersion
    expect(Number(last)).toBeGreaterThanOrEqual(Number(body.metadata.resourceVersion))
    expect(await watch(`resourceVersion=${last}`)).toEqual([])
  })

  test.concurrent('shows tables, with the columns named once', async () => {
    const { space, watch } = await enter()
    await t.api.post(space.kites(), kite('a'))
    await t.api.post(space.kites(), kite('b'))
    const [first, second] = await watch('resourceVersion=0', table)
    expect(first?.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 'blue', null, expect.any(String)] }] })
    expect(first?.object.columnDefinitions).toHaveLength(4)
    expect(second?.object.columnDefinitions).toBeNull()
  })
}
