import { expect, test } from 'vitest'
import { SimulatedClock } from '../../test/simulated-clock.js'
import { Delays } from './delays.js'

function setUp() {
  const clock = new SimulatedClock()
  const due: [string, number][] = []
  const delays = new Delays(clock, key => due.push([key, clock.now()]))
  return { clock, delays, due }
}

test('keys are called when their time has come', async () => {
  const { clock, delays, due } = setUp()
  delays.add('b', 20)
  delays.add('a', 10)

  await clock.advance(100)

  expect(due).toEqual([
    ['a', 10],
    ['b', 20],
  ])
})

test('a thousand keys need one timer, and none when nothing is due', async () => {
  const { clock, delays, due } = setUp()

  for (let ms = 1_000; ms > 0; ms--) delays.add(`key ${ms}`, ms)
  expect(clock.pending).toBe(1)
  await clock.advance(1_000)

  expect(due).toHaveLength(1_000)
  expect(clock.pending).toBe(0)
})

test('a delay beyond what a timer can wait is kept all the same', async () => {
  const { clock, delays, due } = setUp()
  const forty = 40 * 86_400_000
  delays.add('a', forty)

  await clock.advance(forty - 1)
  expect(due).toEqual([])
  await clock.advance(1)

  expect(due).toEqual([['a', forty]])
})

test('a timer that fires a little early is armed again', async () => {
  const { clock, delays, due } = setUp()
  const { setTimer } = clock
  clock.setTimer = (ms, fn) => setTimer.call(clock, ms > 1 ? ms - 1 : ms, fn)
  delays.add('a', 10)

  await clock.advance(10)

  expect(due).toEqual([['a', 10]])
})

test('a key that is added while it is called comes again', async () => {
  const clock = new SimulatedClock()
  const due: number[] = []
  const delays: Delays = new Delays(clock, key => {
    due.push(clock.now())
    delays.add(key, 10)
  })
  delays.add('a', 10)

  await clock.advance(30)

  expect(due).toEqual([10, 20, 30])
})

test('cleared, it calls nothing and holds no timer', async () => {
  const { clock, delays, due } = setUp()
  delays.add('a', 10)

  delays.clear()
  expect(clock.pending).toBe(0)
  await clock.advance(20)

  expect(due).toEqual([])
})
