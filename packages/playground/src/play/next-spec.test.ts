import { expect, test } from 'vitest'
import { rolloutSpec } from './app.js'
import { nextSpec } from './next-spec.js'

const options = { interval: 5, increment: 10, propagation: 5 }
const versions = { canary: 'v04', next: 'v05', production: 'v04' }
const before = { ...rolloutSpec('v04', 'v03', options) }

test('the next rollout is the same, of the next versions', () => {
  expect(nextSpec(before, versions)).toEqual(rolloutSpec('v05', 'v04', options))
})

test('what a person has changed stays', () => {
  const metrics = [{ name: 'mine', metric: 'sum(up{destination_version=~"v04"})', deviation: 7 }]
  expect(nextSpec({ ...before, if_unhealthy: 'freeze', metrics }, versions)).toMatchObject({
    if_unhealthy: 'freeze',
    metrics: [{ name: 'mine', metric: 'sum(up{destination_version=~"v05"})', deviation: 7 }],
  })
})

test('after a rollback, production is compared with as before', () => {
  const rolledBack = { canary: 'v04', next: 'v05', production: 'v03' }
  expect(nextSpec(before, rolledBack)).toEqual(rolloutSpec('v05', 'v03', options))
})
