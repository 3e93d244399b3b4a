import { getEventListeners } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import { caught } from '../../test/caught.js'
import { FakeApi, fault } from '../../test/fake-api.js'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { nextUncaught } from '../../test/uncaught.js'
import { createClient } from '../client/client.js'
import type { KubeObject } from '../client/types.js'
import { Reflector, type ReflectorOptions } from './reflector.js'
import { Store } from './store.js'

const nameOf = ({ metadata }: KubeObject) => `${metadata?.name}`

type Options = Partial<ReflectorOptions<KubeObject, string>>

/** A reflector of a fake API whose clock stands still. */
async function setUp(options: Options = {}) {
  const api = await FakeApi.start()
  const clock = new SimulatedClock()
  const store = new Store({ project: nameOf })
  const failures: { code: string; retryInMs: number }[] = []
  const observer = {
    onError: (error: unknown, retryInMs: number) =>
      failures.push({ code: (error as { code: string }).code, retryInMs }),
  }
  const client = createClient({ server: api.server.url, clock })
  const reflector = new Reflector({ client, path: api.path, store, clock, observer, random: () => 0, ...options })
  const abort = new AbortController()
  const start = () => {
    const running = reflector.run(abort.signal)
    onTestFinished(async () => {
      abort.abort()
      await running
    })
    return running
  }
  return { api, clock, store, failures, reflector, abort, start }
}

async function startSynced(options?: Options) {
  const setting = await setUp(options)
  setting.api.put('finch')
  const running = setting.start()
  await until(() => setting.api.watchers === 1)
  return { ...setting, running }
}

const until = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 15_000, interval: 2 })

/** Waits for failure number `count` and lets its pause pass. */
async function passFailure(
  { failures, clock }: { failures: { retryInMs: number }[]; clock: SimulatedClock },
  count: number,
) {
  await until(() => failures.length === count)
  await clock.advance(failures[count - 1]?.retryInMs ?? 0)
}

test('it lists, then watches from the version of the list', async () => {
  const { api, store } = await startSynced()

  api.put('robin')
  api.remove('finch')
  await until(() => store.list().join() === 'robin')

  expect(api.reads).toEqual(['list', '1'])
})

test('it is synced once the store held a complete list', async () => {
  const { api, store, reflector, start } = await setUp()
  api.put('finch')
  expect(reflector.synced).toBe(false)

  const synced = reflector.whenSynced()
  start()
  await synced

  expect(reflector.synced).toBe(true)
  expect(store.list()).toEqual(['finch'])
  await reflector.whenSynced()
})

test('selectors go with the list and with the watch', async () => {
  const { api } = await startSynced({ labelSelector: 'app=aleph', fieldSelector: 'a=b' })

  expect(api.server.requests).toEqual([
    expect.stringMatching(/labelSelector=app%3Daleph&fieldSelector=a%3Db&limit=500/),
    expect.stringMatching(/watch=true.*labelSelector=app%3Daleph&fieldSelector=a%3Db/),
  ])
})

test.each([
  [0, 'timeoutSeconds=300'],
  [0.5, 'timeoutSeconds=450'],
])('the server ends a watch after 5 to 10 minutes, by chance (%d)', async (chance, expected) => {
  const { api } = await startSynced({ random: () => chance })

  expect(api.server.requests[1]).toContain(expected)
})

test('a cut is resumed from the last event, without a list', async () => {
  const setting = await startSynced()
  const { api, store, failures } = setting
  api.put('robin')
  await until(() => store.size === 2)

  api.server.reset()
  api.put('wren')
  await passFailure(setting, 1)
  await until(() => store.size === 3)

  expect(failures).toEqual([{ code: 'KUBE_UNREACHABLE', retryInMs: 200 }])
  expect(api.reads).toEqual(['list', '1', '2'])
})

test('a bookmark moves the point to resume from', async () => {
  const setting = await startSynced()
  const { api, reflector, clock } = setting
  clock.jump(1_000)
  api.sendRaw(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '77' } } })}\n`)
  await until(() => reflector.lastEventAgeMs === 0)

  api.server.reset()
  await passFailure(setting, 1)
  await until(() => api.reads.length === 3)

  expect(api.reads).toEqual(['list', '1', '77'])
})

test('a line that is cut off is resumed from the event before', async () => {
  const setting = await startSynced()
  const { api, store, failures } = setting

  api.sendRaw('{"type":"ADDED","object":{"meta')
  api.endWatches()
  api.put('robin')
  await passFailure(setting, 1)
  await until(() => store.size === 2)

  expect(failures[0]?.code).toBe('KUBE_BAD_RESPONSE')
  expect(api.reads).toEqual(['list', '1', '1'])
})

test('a watch that the server ends after its time is followed by the next at once', async () => {
  const { api, clock, failures } = await startSynced()
  clock.jump(300_000)

  api.endWatches()
  await until(() => api.reads.length === 3)

  expect(api.reads).toEqual(['list', '1', '1'])
  expect(failures).toEqual([])
})

test('a watch that ends ten minutes after the last list is followed by another: an event may have been lost', async () => {
  const { api, clock, store } = await startSynced()
  api.put('robin', {}, false)
  clock.jump(600_000)

  api.endWatches()
  await until(() => store.size === 2)

  expect(api.reads.slice(0, 3)).toEqual(['list', '1', 'list'])
})

test('a watch that the server ends within seconds is followed by a pause', async () => {
  const { api, clock } = await startSynced()

  api.endWatches()
  await until(() => clock.pending === 1)
  await clock.advance(199)
  expect(api.reads).toHaveLength(2)
  await clock.advance(1)
  await until(() => api.reads.length === 3)

  expect(api.reads).toEqual(['list', '1', '1'])
})

test('an expired version makes it list again', async () => {
  const setting = await startSynced()
  const { api, store, failures } = setting

  api.server.reset()
  api.put('robin')
  api.remove('finch')
  api.compact()
  await passFailure(setting, 1)
  await passFailure(setting, 2)
  await until(() => store.list().join() === 'robin')

  expect(failures[1]?.code).toBe('KUBE_GONE')
  expect(api.reads.slice(0, 4)).toEqual(['list', '1', '1', 'list'])
})

test('a watch refused with 410 makes it list again', async () => {
  const setting = await setUp()
  const { api, start } = setting
  api.failNext(fault.none(), fault.status(410))

  start()
  await passFailure(setting, 1)
  await until(() => api.watchers === 1)

  expect(api.reads).toEqual(['list', '0', 'list', '0'])
})

test('a watch that is silent for 90 s makes it list again', async () => {
  const setting = await startSynced()
  const { api, clock, failures } = setting

  await clock.advance(90_000)
  await passFailure(setting, 1)
  await until(() => api.watchers === 1 && api.reads.length === 4)

  expect(failures[0]?.code).toBe('KUBE_TIMEOUT')
  expect(api.reads).toEqual(['list', '1', 'list', '1'])
})

test('a bookmark breaks the silence', async () => {
  const { api, clock, failures, reflector } = await startSynced()

  await clock.advance(60_000)
  api.bookmark()
  await until(() => reflector.lastEventAgeMs === 0)
  await clock.advance(60_000)

  expect(failures).toEqual([])
  expect(api.reads).toHaveLength(2)
})

test('a watch that is not even answered is begun again from where it was', async () => {
  const setting = await setUp()
  const { api, clock, start } = setting
  api.failNext(fault.none(), fault.hang())

  start()
  await until(() => api.reads.length === 2)
  await clock.advance(10_000)
  await passFailure(setting, 1)
  await until(() => api.watchers === 1)

  expect(api.reads).toEqual(['list', '0', '0'])
})

test('events that count from the start again make it list again: the server was reset', async () => {
  const setting = await startSynced()
  const { api, store, failures } = setting
  for (const name of ['robin', 'wren', 'lark']) api.put(name)
  await until(() => store.size === 4)

  api.wipe()
  api.put('owl')
  await passFailure(setting, 1)
  await until(() => store.list().join() === 'owl')

  expect(failures).toEqual([{ code: 'KUBE_GONE', retryInMs: 200 }])
})

test('a server that was reset while away is silent about a version of the future, and is listed again', async () => {
  const setting = await startSynced()
  const { api, clock, store, failures } = setting
  const { port } = api.server
  for (const name of ['robin', 'wren', 'lark']) api.put(name)
  await until(() => store.size === 4)

  await api.server.stop()
  api.wipe()
  api.put('owl')
  await api.listen({ port })
  await passFailure(setting, 1)
  await until(() => api.reads.length === 1)
  await clock.advance(90_000)
  await passFailure(setting, 2)
  await until(() => store.list().join() === 'owl')

  expect(failures.map(({ code }) => code)).toEqual(['KUBE_UNREACHABLE', 'KUBE_TIMEOUT'])
  expect(api.reads.slice(0, 2)).toEqual(['4', 'list'])
})

test('a server that restarts on the same port is watched on, without a list', async () => {
  const setting = await startSynced()
  const { api, store } = setting
  const { port } = api.server

  await api.server.stop()
  await passFailure(setting, 1)
  await passFailure(setting, 2)
  await api.listen({ port })
  api.put('robin')
  await passFailure(setting, 3)
  await until(() => store.size === 2)

  expect(api.reads).toEqual(['1'])
})

test('failures are followed by pauses that grow', async () => {
  const setting = await setUp()
  setting.api.failNext(...Array.from({ length: 10 }, () => fault.status(500)))

  setting.start()
  for (let count = 1; count <= 10; count++) await passFailure(setting, count)
  await until(() => setting.reflector.synced)

  expect(setting.failures.map(({ retryInMs }) => retryInMs)).toEqual([
    200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
  ])
})

test('a list that works does not end a series of failing watches', async () => {
  const setting = await setUp()
  const { api, failures } = setting
  api.failNext(fault.none(), fault.status(410), fault.none(), fault.status(410), fault.none(), fault.status(410))

  setting.start()
  for (let count = 1; count <= 3; count++) await passFailure(setting, count)
  await until(() => api.watchers === 1)

  expect(failures.map(({ retryInMs }) => retryInMs)).toEqual([200, 400, 800])
})

test('an event after a while ends a series of failures', async () => {
  const setting = await setUp()
  const { api, clock, store, failures } = setting
  api.failNext(fault.reset(), fault.reset())
  setting.start()
  await passFailure(setting, 1)
  await passFailure(setting, 2)
  await until(() => api.watchers === 1)

  clock.jump(5_000)
  api.put('robin')
  await until(() => store.size === 1)
  api.server.reset()
  await until(() => failures.length === 3)

  expect(failures[2]?.retryInMs).toBe(200)
})

test('the pause a server asks for is kept', async () => {
  const setting = await setUp()
  setting.api.failNext(fault.status(429, { 'retry-after': '30' }))

  setting.start()
  await passFailure(setting, 1)
  await until(() => setting.reflector.synced)

  expect(setting.failures).toEqual([{ code: 'KUBE_THROTTLED', retryInMs: 30_000 }])
})

test('a server cannot ask for more than five minutes', async () => {
  const { api, failures, start } = await setUp()
  api.failNext(fault.status(503, { 'retry-after': '86400' }))

  start()
  await until(() => failures.length === 1)

  expect(failures[0]?.retryInMs).toBe(300_000)
})

test('relist resolves when the store holds what was written before the call', async () => {
  const { api, store, reflector } = await startSynced()
  const unseen = vi.spyOn(api, 'sendRaw').mockImplementation(() => {})
  api.put('robin')
  unseen.mockRestore()
  expect(store.size).toBe(1)

  await reflector.relist()

  expect(store.list()).toEqual(['finch', 'robin'])
  expect(api.reads.slice(0, 3)).toEqual(['list', '1', 'list'])
})

test('a list that was under way at the call is not enough for relist', async () => {
  const { api, reflector, start } = await setUp()
  let answerList = () => {}
  api.failNext((_, response) => {
    answerList = () => void response.end('{"metadata":{"resourceVersion":"0"}}')
    return true
  })
  start()
  await until(() => api.reads.length === 1)

  const relisted = reflector.relist()
  answerList()
  await relisted

  expect(api.reads.slice(0, 2)).toEqual(['list', 'list'])
})

test('several calls of relist at the same time share a list', async () => {
  const { api, reflector } = await startSynced()

  await Promise.all([reflector.relist(), reflector.relist(), reflector.relist()])

  expect(api.reads.filter(read => read === 'list')).toHaveLength(2)
})

test('relist tries until it has a list', async () => {
  const setting = await startSynced()
  const { api, reflector } = setting
  api.failNext(fault.status(500), fault.status(500))

  const relisted = reflector.relist()
  await passFailure(setting, 1)
  await passFailure(setting, 2)
  await relisted

  expect(api.reads.slice(0, 5)).toEqual(['list', '1', 'list', 'list', 'list'])
})

test('relist does not wait for the end of a pause after a failure', async () => {
  const { api, failures, reflector } = await startSynced()
  api.server.reset()
  await until(() => failures.length === 1)

  await reflector.relist()

  expect(api.reads.slice(0, 3)).toEqual(['list', '1', 'list'])
})

test('relist respects a pause that the server asked for', async () => {
  const setting = await startSynced()
  const { api, clock, failures, reflector } = setting
  api.failNext(fault.status(429, { 'retry-after': '5' }))
  api.server.reset()
  await passFailure(setting, 1)
  await until(() => failures.length === 2)

  const relisted = reflector.relist()
  await clock.advance(4_999)
  expect(api.reads).toHaveLength(3)
  await clock.advance(1)
  await relisted

  expect(api.reads[3]).toBe('list')
})

test('relist before run waits for the first list', async () => {
  const { api, reflector, start } = await setUp()

  const relisted = reflector.relist()
  start()
  await relisted

  expect(api.reads[0]).toBe('list')
})

test('whoever waits when it is stopped, or asks afterwards, gets KUBE_ABORTED', async () => {
  const { api, reflector, abort, start } = await setUp()
  api.failNext(fault.hang())
  const running = start()
  const waiting = [caught(reflector.whenSynced()), caught(reflector.relist())]

  abort.abort()
  await running

  const errors = await Promise.all([...waiting, caught(reflector.relist()), caught(reflector.whenSynced())])
  expect(errors.map(({ code }) => code)).toEqual(Array(4).fill('KUBE_ABORTED'))
})

test('an abort ends it while it lists', async () => {
  const { api, abort, clock, start } = await setUp()
  api.failNext(fault.hang())
  const running = start()
  await until(() => api.reads.length === 1)

  abort.abort()
  await running

  expect(clock.pending).toBe(0)
})

test('an abort ends it while it watches, and leaves no timer and no listener', async () => {
  const { api, abort, clock, failures, running } = await startSynced()

  abort.abort()
  await running

  await until(() => api.watchers === 0)
  expect(clock.pending).toBe(0)
  expect(getEventListeners(abort.signal, 'abort')).toEqual([])
  expect(failures).toEqual([])
})

test('an abort ends it while it pauses', async () => {
  const { api, abort, clock, failures, running } = await startSynced()
  api.server.reset()
  await until(() => failures.length === 1)

  abort.abort()
  await running

  expect(clock.pending).toBe(0)
})

test('it runs once', async () => {
  const { reflector, abort } = await startSynced()

  expect(await caught(reflector.run(abort.signal))).toMatchObject({ code: 'KUBE_CONFIG' })
})

test('an observer is told of lists and events', async () => {
  const onList = vi.fn()
  const onEvent = vi.fn()
  const { api } = await startSynced({ observer: { onList, onEvent } })

  api.put('robin')
  api.bookmark()
  await until(() => onEvent.mock.calls.length === 2)

  expect(onList).toHaveBeenCalledExactlyOnceWith({ objects: 1, durationMs: 0 })
  expect(onEvent.mock.calls).toEqual([['ADDED'], ['BOOKMARK']])
})

test('an error in an observer reaches the process and does not end the watch', async () => {
  const bug = new Error('bug')
  const onEvent = () => {
    throw bug
  }
  const { api, store } = await startSynced({ observer: { onEvent } })
  const uncaught = nextUncaught()

  api.put('robin')

  expect(await uncaught).toBe(bug)
  expect(store.size).toBe(2)
})

test('the age of the last sign of life is measured from the last list, event or bookmark', async () => {
  const { reflector, clock } = await startSynced()

  clock.jump(40_000)

  expect(reflector.lastEventAgeMs).toBe(40_000)
})

test('before the first sign of life there is no age', async () => {
  const { reflector } = await setUp()

  expect(reflector.lastEventAgeMs).toBeUndefined()
})
