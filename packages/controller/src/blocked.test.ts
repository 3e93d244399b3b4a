import { expect, it } from 'vitest'
import { addBirdWatch, birdwatches, filledCaches, startCluster } from '../test/support/cluster.js'
import { silent } from '../test/support/plugins.js'
import { Blocked } from './blocked.js'
import type { MissingPermission } from './permissions.js'

const list = { verb: 'list', resource: 'services', namespace: '', message: 'cannot list resource "services"' }
const message = 'The controller is not permitted to list services: cannot list resource "services"'

async function blocked({
  missing = [list] as MissingPermission[],
  leads = true,
  acts = false,
  status = undefined as object | undefined,
}) {
  const api = await startCluster()
  addBirdWatch(api)
  if (status !== undefined) api.edit(birdwatches, 'shop', 'aleph', object => Object.assign(object, { status }))
  const { birdWatches } = await filledCaches(api)
  const show = new Blocked({
    birdWatches,
    permissions: { missing: () => missing },
    leads: () => leads,
    acts: () => acts,
    logger: silent,
    now: () => Date.UTC(2026, 0, 1),
  })
  await show.show('shop/aleph')
  await show.show('shop/aleph')
  return { writes: api.writes, status: api.get(birdwatches, 'shop', 'aleph')?.status }
}

it('A BirdWatch says, once, that a permission is missing which keeps everything from beginning', async () => {
  const { writes, status } = await blocked({})
  expect(writes).toEqual(['PATCH birdwatches/status'])
  expect(status).toMatchObject({
    message,
    conditions: [{ type: 'Degraded', status: 'True', reason: 'PermissionMissing', message }],
  })
})

it('Of a rollout that has begun only the condition is changed', async () => {
  const degraded = { type: 'Degraded', status: 'False', reason: 'AsExpected', message: '', lastTransitionTime: '' }
  const ready = { ...degraded, type: 'Ready' }
  const before = { phase: 'Progressing', message: 'as it was', engine: { rev: 7 }, conditions: [degraded, ready] }
  const { status } = await blocked({ status: before })
  expect(status).toMatchObject({
    ...before,
    conditions: [ready, { type: 'Degraded', status: 'True', reason: 'PermissionMissing', message }],
  })
})

it('What a pass has found to be worse is left', async () => {
  const degraded = { type: 'Degraded', status: 'True', reason: 'RollbackBlocked', message: '', lastTransitionTime: '' }
  expect((await blocked({ acts: true, status: { engine: { rev: 7 }, conditions: [degraded] } })).writes).toEqual([])
})

it('Nothing is written where nothing is missing, and by a process that does not lead', async () => {
  expect((await blocked({ missing: [] })).writes).toEqual([])
  expect((await blocked({ leads: false })).writes).toEqual([])
})
