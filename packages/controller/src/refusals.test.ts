import { BirdWatchError, type TrafficRouter } from '@birdwatch/core'
import { expect, it } from 'vitest'
import { Refusals } from './refusals.js'

const target = { namespace: 'shop', service: 'aleph' }
const change = { version: 'v04', signal: new AbortController().signal }

function refusing(...codes: ('TRAFFIC_REFUSED' | 'TRAFFIC_UNREACHABLE')[]) {
  const answer = async () => {
    const code = codes.shift()
    if (code !== undefined) throw new BirdWatchError(code, 'cannot patch')
  }
  return { contract: 1, prepare: answer, shift: answer, rollback: answer, promote: answer } as unknown as TrafficRouter
}

it('A write that is refused is remembered until one of the same rollout is not', async () => {
  const refusals = new Refusals()
  const router = refusals.remembering(refusing('TRAFFIC_REFUSED'))
  await expect(router.prepare(target, change)).rejects.toMatchObject({ code: 'TRAFFIC_REFUSED' })
  expect(refusals.of({ ...target })).toBe('cannot patch')
  expect(refusals.of({ ...target, service: 'beth' })).toBeUndefined()
  await router.shift(target, 10, change)
  expect(refusals.of(target)).toBeUndefined()
})

it('A write without an answer is no refusal', async () => {
  const refusals = new Refusals()
  const router = refusals.remembering(refusing('TRAFFIC_UNREACHABLE'))
  await expect(router.rollback(target, change)).rejects.toMatchObject({ code: 'TRAFFIC_UNREACHABLE' })
  expect(refusals.of(target)).toBeUndefined()
})

it('Of refusals without end the last thousand are remembered', async () => {
  const refusals = new Refusals()
  const versions = Array.from({ length: 1001 }, (_, i) => ({ ...target, canaryVersion: `v${i}` }))
  const router = refusals.remembering(refusing(...versions.map(() => 'TRAFFIC_REFUSED' as const)))
  await Promise.allSettled(versions.map(version => router.prepare(version, change)))
  expect(versions.filter(version => refusals.of(version) === undefined)).toEqual([{ ...target, canaryVersion: 'v0' }])
})
