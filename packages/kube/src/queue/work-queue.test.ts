import { expect, test, vi } from 'vitest'
import { SimulatedClock, settle } from '../../test/simulated-clock.js'
import { WorkQueue, type WorkQueueOptions } from './work-queue.js'

/** A queue whose workers end when the test says so. */
function setUp(options: Partial<WorkQueueOptions> = {}) {
  const clock = new SimulatedClock()
  const started: string[] = []
  const workers = new Map<string, { resolve(): void; reject(error: unknown): void; signal: AbortSignal }>()
  const work = (key: string, signal: AbortSignal) => {
    started.push(key)
    return new Promise<void>((resolve, reject) => workers.set(key, { resolve, reject, signal }))
  }
  const queue = new WorkQueue({ work, clock, random: () => 0, ...options })
  const finish = async (key: string, error?: unknown) => {
    if (error) workers.get(key)?.reject(error)
    else workers.get(key)?.resolve()
    await settle()
  }
  return { clock, queue, started, workers, finish }
}

test('a key is worked on once, however often it is added before', async () => {
  const { queue, started } = setUp()

  queue.add('a')
  queue.add('a')
  expect(queue.depth).toBe(1)
  await settle()

  expect(started).toEqual(['a'])
  expect(queue.depth).toBe(0)
  expect(queue.running).toBe(1)
})

test('no worker begins inside add', () => {
  const { queue, started } = setUp()

  queue.add('a')

  expect(started).toEqual([])
})

test('what promises add one after the other, because of one answer, is worked on once', async () => {
  const { queue, started } = setUp()
  const answer = Promise.resolve()

  void answer.then(() => queue.add('a'))
  void answer
    .then(() => {})
    .then(() => {})
    .then(() => queue.add('a'))
  await settle()

  expect(started).toEqual(['a'])
})

test('a key never has two workers: added meanwhile, it comes again once', async () => {
  const { queue, started, finish } = setUp()
  queue.add('a')
  await settle()

  queue.add('a')
  queue.add('a')
  await settle()
  expect(started).toEqual(['a'])
  await finish('a')

  expect(started).toEqual(['a', 'a'])
  await finish('a')
  expect(started).toHaveLength(2)
})

test('no more than `concurrency` keys are worked on at a time, first come, first served', async () => {
  const { queue, started, finish } = setUp({ concurrency: 2 })

  for (const key of ['a', 'b', 'c', 'd']) queue.add(key)
  await settle()
  expect(started).toEqual(['a', 'b'])
  await finish('b')
  expect(started).toEqual(['a', 'b', 'c'])
  await finish('a')

  expect(started).toEqual(['a', 'b', 'c', 'd'])
})

test('a key that waits for its own worker holds up nobody', async () => {
  const { queue, started } = setUp({ concurrency: 2 })
  queue.add('a')
  await settle()

  queue.add('a')
  queue.add('b')
  await settle()

  expect(started).toEqual(['a', 'b'])
})

test('a delayed key is added when its time has come, and the earliest time wins', async () => {
  const { clock, queue, started } = setUp()
  queue.addAfter('a', 500)
  queue.addAfter('a', 200)
  queue.addAfter('a', 900)
  expect(queue.delayed).toBe(1)

  await clock.advance(199)
  expect(started).toEqual([])
  await clock.advance(1)

  expect(started).toEqual(['a'])
  expect(queue.delayed).toBe(0)
})

test('a delay of nothing is now', async () => {
  const { queue, started } = setUp()

  queue.addAfter('a', 0)
  await settle()

  expect(started).toEqual(['a'])
})

test('an immediate addition leaves the delayed one in place', async () => {
  const { clock, queue, started, finish } = setUp()
  queue.addAfter('a', 100)
  queue.add('a')
  await settle()
  await finish('a')

  await clock.advance(100)

  expect(started).toEqual(['a', 'a'])
})

test('rate-limited additions of a key wait twice as long each time, up to the longest', async () => {
  const startedAt: number[] = []
  const work = async (key: string) => {
    startedAt.push(clock.now())
    queue.addRateLimited(key)
  }
  const { clock, queue } = setUp({ baseDelayMs: 100, maxDelayMs: 300, work })

  queue.add('a')
  await clock.advance(1_000)

  expect(startedAt).toEqual([0, 100, 300, 600, 900])
})

test('each key has its own back-off', async () => {
  const { clock, queue, started } = setUp()
  queue.addRateLimited('a')
  await clock.advance(100)

  queue.addRateLimited('b')
  await clock.advance(100)

  expect(started).toEqual(['a', 'b'])
})

test('a worker that rejects makes its key come again, later each time', async () => {
  const onError = vi.fn()
  const { clock, queue, started, finish } = setUp({ observer: { onError } })
  const bug = new Error('not today')
  queue.add('a')
  await settle()

  await finish('a', bug)
  await clock.advance(99)
  expect(started).toHaveLength(1)
  await clock.advance(1)
  expect(started).toHaveLength(2)
  await finish('a', bug)
  await clock.advance(199)
  expect(started).toHaveLength(2)
  await clock.advance(1)

  expect(started).toHaveLength(3)
  expect(onError.mock.calls).toEqual([
    ['a', bug],
    ['a', bug],
  ])
})

test('a worker that throws at once counts as one that rejects', async () => {
  const onError = vi.fn()
  const work = () => {
    throw new Error('at once')
  }
  const { queue } = setUp({ work, observer: { onError } })

  queue.add('a')
  await settle()

  expect(onError).toHaveBeenCalledOnce()
  expect(queue.delayed).toBe(1)
})

test('success makes the next failure a first one', async () => {
  const { clock, queue, started, finish } = setUp()
  queue.add('a')
  await settle()
  await finish('a', new Error('once'))
  await clock.advance(100)
  await finish('a')
  queue.add('a')
  await settle()
  await finish('a', new Error('again'))

  await clock.advance(100)

  expect(started).toHaveLength(4)
})

test('a worker that asks for its key with back-off, and resolves, keeps the count', async () => {
  const { clock, queue, started, finish } = setUp()
  const runAndRetry = async () => {
    queue.addRateLimited('a')
    await finish('a')
  }
  queue.add('a')
  await settle()
  await runAndRetry()
  await clock.advance(100)
  await runAndRetry()

  await clock.advance(199)
  expect(started).toHaveLength(2)
  await clock.advance(1)

  expect(started).toHaveLength(3)
})

test('forget begins the back-off anew', async () => {
  const { clock, queue, started, finish } = setUp()
  queue.addRateLimited('a')
  await clock.advance(100)
  queue.addRateLimited('a')
  await finish('a')

  queue.forget('a')
  await clock.advance(200)
  queue.addRateLimited('a')
  await finish('a')
  await clock.advance(100)

  expect(started).toEqual(['a', 'a', 'a'])
})

test('an observer is told how long keys waited and how long their work took', async () => {
  const onStart = vi.fn()
  const onDone = vi.fn()
  const { clock, queue, finish } = setUp({ concurrency: 1, observer: { onStart, onDone } })
  queue.add('a')
  queue.add('b')
  await settle()
  clock.jump(70)

  await finish('a')

  expect(onDone).toHaveBeenCalledExactlyOnceWith('a', 70)
  expect(onStart.mock.calls).toEqual([
    ['a', 0],
    ['b', 70],
  ])
})

test('drain starts no further worker, drops what waits, and resolves when the running ones ended', async () => {
  const { clock, queue, started, finish } = setUp({ concurrency: 1 })
  queue.add('a')
  queue.add('b')
  queue.addAfter('c', 10)
  await settle()
  let isDrained = false

  const drained = queue.drain().then(() => {
    isDrained = true
  })
  queue.add('d')
  queue.addAfter('e', 1)
  await clock.advance(100)
  expect(isDrained).toBe(false)
  await finish('a')
  await drained

  expect(started).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

test('drain of an idle queue resolves at once', async () => {
  const { queue } = setUp()

  await queue.drain()

  expect(queue.running).toBe(0)
})

test('a worker that fails while the queue drains does not come again', async () => {
  const { clock, queue, started, finish } = setUp()
  queue.add('a')
  await settle()

  const drained = queue.drain()
  await finish('a', new Error('late'))
  await drained

  expect(started).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

test("when the patience of drain is over, the workers' signals abort", async () => {
  const { queue, workers, finish } = setUp()
  const patience = new AbortController()
  queue.add('a')
  await settle()
  const drained = queue.drain(patience.signal)
  expect(workers.get('a')?.signal.aborted).toBe(false)

  patience.abort('over')
  expect(workers.get('a')?.signal.reason).toBe('over')
  await finish('a')

  await drained
})

test('patience that is over from the beginning aborts at once', async () => {
  const { queue, workers, finish } = setUp()
  queue.add('a')
  await settle()

  const drained = queue.drain(AbortSignal.abort())

  expect(workers.get('a')?.signal.aborted).toBe(true)
  await finish('a')
  await drained
})
