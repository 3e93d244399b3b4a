import { expect, test } from 'vitest'
import { kite } from './fixtures.js'
import type { Context } from './index.js'

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

export function watching(t: Context): void {
  const version = async () => (await t.api.get(t.space.kites())).body.metadata.resourceVersion as string
  const watch = (query: string, accept?: string) =>
    t.api.events(`${t.space.kites()}?watch=true&timeoutSeconds=1&${query}`, accept)
  const told = (events: { type: string; object: { metadata: { name: string } } }[]) =>
    events.map(({ type, object }) => `${type} ${object.metadata.name}`)

  test('tells of every change since a version, in order', async () => {
    const from = await version()
    await t.api.post(t.space.kites(), kite('a'))
    await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 5 } })
    await t.api.delete(t.space.kites('a'))
    const events = await watch(`resourceVersion=${from}`)
    expect(told(events)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a'])
    expect(events[1]?.object.spec.size).toBe(5)
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion))
    expect(versions).toEqual([...versions].sort((a, b) => a - b))
    expect(new Set(versions).size).toBe(3)
  })

  test('tells of changes when they happen', async () => {
    const stream = t.api.watch(`${t.space.kites()}?watch=true&resourceVersion=${await version()}`)
    const first = stream.next()
    await t.api.post(t.space.kites(), kite('a'))
    expect(told([(await first).value])).toEqual(['ADDED a'])
    await stream.return(undefined)
  })

  test('without a version, and with 0, tells first of what is there', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    expect(told(await watch(''))).toEqual(['ADDED a'])
    expect(told(await watch('resourceVersion=0'))).toEqual(['ADDED a'])
  })

  test('an object that ceases to be selected is deleted for the watcher, and one that begins to be is added', async () => {
    const from = await version()
    await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, { labels: { l: 'in' } }))
    await t.api.patch(t.space.kites('a'), 'merge', { metadata: { labels: { l: 'out' } } })
    await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 5 } })
    await t.api.patch(t.space.kites('a'), 'merge', { metadata: { labels: { l: 'in' } } })
    expect(told(await watch(`resourceVersion=${from}&labelSelector=l%3Din`))).toEqual([
      'ADDED a',
      'DELETED a',
      'ADDED a',
    ])
  })

  test('can be narrowed to one name', async () => {
    const from = await version()
    await t.api.post(t.space.kites(), kite('a'))
    await t.api.post(t.space.kites(), kite('b'))
    expect(told(await watch(`resourceVersion=${from}&fieldSelector=metadata.name%3Db`))).toEqual(['ADDED b'])
  })

  test('tells of its own namespace only', async () => {
    const from = await version()
    await t.api.post('/apis/contract.birdwatch.test/v1/namespaces/default/kites', kite('elsewhere'))
    await t.api.delete('/apis/contract.birdwatch.test/v1/namespaces/default/kites/elsewhere')
    expect(await watch(`resourceVersion=${from}`)).toEqual([])
  })

  test('a version that is not reached yet is waited for in silence', async () => {
    expect(await watch('resourceVersion=99999999999')).toEqual([])
  })

  test('with initial events: what is there, then a bookmark that says so', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    const events = await watch('sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true')
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'BOOKMARK'])
    expect(events[1]?.object).toMatchObject({
      kind: 'Kite',
      metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
    })
  })

  test('refuses initial events without saying how old they may be: 422', async () => {
    const answer = await t.api.get(`${t.space.kites()}?watch=true&sendInitialEvents=true`)
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } })
  })

  test('sends a bookmark before its time is over, from where a watch can go on', async () => {
    const path = `${t.space.kites()}?watch=true&allowWatchBookmarks=true&timeoutSeconds=6`
    const stream = t.api.watch(`${path}&resourceVersion=${await version()}`)
    const first = stream.next()
    await t.api.post(t.space.kites(), kite('a'))
    await first
    const { body } = await t.api.post(t.space.kites(), kite('b'))
    const bookmarks = []
    for await (const event of stream) if (event.type === 'BOOKMARK') bookmarks.push(event.object)
    const last = bookmarks.at(-1)?.metadata.resourceVersion
    expect(Number(last)).toBeGreaterThanOrEqual(Number(body.metadata.resourceVersion))
    expect(await watch(`resourceVersion=${last}`)).toEqual([])
  })

  test('shows tables, with the columns named once', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    await t.api.post(t.space.kites(), kite('b'))
    const [first, second] = await watch('resourceVersion=0', table)
    expect(first?.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 'blue', null, expect.any(String)] }] })
    expect(first?.object.columnDefinitions).toHaveLength(4)
    expect(second?.object.columnDefinitions).toBeNull()
  })
}
