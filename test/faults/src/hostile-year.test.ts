import { expect, test } from 'vitest'
import { Year } from './year/year.js'

test('a controller carries, plans and shows nothing of rollouts that are gone, whatever happened to them and to it', async () => {
  const year = new Year()

  for (let season = 0; season < 3; season++) await year.season(12)
  await year.rest()

  const { runners, ofRollouts, delayed } = await year.memory()
  expect(year.errors).toEqual([])
  expect(year.largestStatus).toBeLessThan(65_536)
  expect(ofRollouts).toEqual([])
  expect(runners).toBe(0)
  expect(delayed).toBe('birdwatch_queue_keys{state="delayed"} 0')
}, 300_000)
