import { expect, test } from 'vitest'
import { systemClock } from './clock.js'

test('the system clock fires a timer once its time is over', async () => {
  const startedAt = systemClock.now()

  await new Promise<void>(resolve => systemClock.setTimer(20, resolve))

  expect(systemClock.now() - startedAt).toBeGreaterThan(18)
})

test('a cancelled timer does not fire, and cancelling again does nothing', async () => {
  const fired: string[] = []
  const cancel = systemClock.setTimer(1, () => fired.push('cancelled'))

  cancel()
  cancel()
  await new Promise<void>(resolve => systemClock.setTimer(10, resolve))

  expect(fired).toEqual([])
})
