import { expect, test } from 'vitest'
import { Tally } from './tally.js'

test('counts what became of requests, by the version that answered', () => {
  const tally = new Tally(() => 10_000)
  tally.sent()('v1', true)
  tally.sent()('v1', false)
  tally.sent()('none', false)
  tally.sent()
  expect(tally.recent(1)).toMatchObject({ sent: 4, versions: { v1: { ok: 1, failed: 1 }, none: { ok: 0, failed: 1 } } })
})

test('a request belongs to the second in which it was sent', () => {
  let now = 10_000
  const tally = new Tally(() => now)
  const answered = tally.sent()
  now = 15_000
  tally.sent()('v1', true)
  answered('v2', true)
  expect(tally.recent(1)).toMatchObject({ sent: 1, versions: { v1: { ok: 1, failed: 0 } } })
  expect(tally.recent(5)).toMatchObject({ sent: 2, versions: { v2: { ok: 1 } } })
})

test('forgets after two minutes', () => {
  let now = 0
  const tally = new Tally(() => now)
  for (; now < 300_000; now += 1_000) tally.sent()('v1', true)
  expect(tally.recent(1_000).sent).toBe(120)
})

test('tells how long the while was, and the middle one of the times until an answer', () => {
  let now = 10_500
  const tally = new Tally(() => now)
  const answers = [tally.sent(), tally.sent(), tally.sent()]
  for (const answered of answers) {
    now += 100
    answered('v1', true)
  }
  const { seconds, versions } = tally.recent(5)
  expect(seconds).toBeCloseTo(5.8)
  expect(versions.v1?.medianMs).toBe(200)
})
