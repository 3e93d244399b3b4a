import { expect, test } from 'vitest'
import { eventually, kite } from './fixtures.js'
import type { Context } from './index.js'

export function deleting(t: Context): void {
  const held = { finalizers: ['contract.test/held'] }

  test('deletes an object, and says which', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    const { status, body: answer } = await t.api.delete(t.space.kites('a'))
    expect(status).toBe(200)
    expect(answer).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'a', kind: 'kites', uid: body.metadata.uid },
    })
    expect(await t.api.get(t.space.kites('a'))).toMatchObject({ status: 404 })
  })

  test('answers 404 for what is not there', async () => {
    expect(await t.api.delete(t.space.kites('z'))).toMatchObject({ status: 404, body: { reason: 'NotFound' } })
  })

  test('an object with a finalizer is only marked, and counted as changed', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, held))
    const { body } = await t.api.delete(t.space.kites('a'))
    const { body: again } = await t.api.delete(t.space.kites('a'))
    expect(body.metadata).toMatchObject({
      deletionTimestamp: expect.any(String),
      deletionGracePeriodSeconds: 0,
      generation: 2,
    })
    expect(again.metadata.resourceVersion).toBe(body.metadata.resourceVersion)
  })

  test('it can still be changed, but gets no new finalizer: 422', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, held))
    await t.api.delete(t.space.kites('a'))
    const add = [{ op: 'add', path: '/metadata/finalizers/-', value: 'contract.test/more' }]
    expect(await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 5 } })).toMatchObject({ status: 200 })
    expect(await t.api.patch(t.space.kites('a'), 'json', add)).toMatchObject({ status: 422 })
    await t.api.patch(t.space.kites('a'), 'merge', { metadata: { finalizers: null } })
  })

  test('it is gone when the last finalizer is', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, held))
    await t.api.delete(t.space.kites('a'))
    const { status } = await t.api.patch(t.space.kites('a'), 'json', [{ op: 'remove', path: '/metadata/finalizers' }])
    expect(status).toBe(200)
    expect(await t.api.get(t.space.kites('a'))).toMatchObject({ status: 404 })
  })

  test.each([
    ['uid', 'another'],
    ['resourceVersion', '1'],
  ])('refuses a deletion with another %s in its preconditions: 409', async (field, value) => {
    await t.api.post(t.space.kites(), kite('a'))
    const answer = await t.api.delete(t.space.kites('a'), { preconditions: { [field]: value } })
    expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
  })

  test('deletes what a selector selects', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, { labels: { l: 'x' } }))
    await t.api.post(t.space.kites(), kite('b'))
    await t.api.delete(`${t.space.kites()}?labelSelector=l%3Dx`)
    const { body } = await t.api.get(t.space.kites())
    expect(body.items).toMatchObject([{ metadata: { name: 'b' } }])
  })

  test('a dry run deletes nothing', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    expect(await t.api.delete(`${t.space.kites('a')}?dryRun=All`)).toMatchObject({ status: 200 })
    expect(await t.api.get(t.space.kites('a'))).toMatchObject({ status: 200 })
  })

  test('the namespace `default` can not be deleted: 403', async () => {
    expect(await t.api.delete('/api/v1/namespaces/default')).toMatchObject({
      status: 403,
      body: { reason: 'Forbidden' },
    })
  })

  test('what has lost its owner is deleted, unless it is orphaned', async context => {
    context.skip(!t.api.collectsGarbage, 'nothing collects garbage here')
    const { body: owner } = await t.api.post(t.space.kites(), kite('owner'))
    const { body: other } = await t.api.post(t.space.kites(), kite('other'))
    const ownedBy = ({ metadata: { name, uid } }: typeof owner) => ({
      ownerReferences: [{ apiVersion: 'contract.birdwatch.test/v1', kind: 'Kite', name, uid }],
    })
    await t.api.post(t.space.kites(), kite('dependent', { color: 'blue' }, ownedBy(owner)))
    await t.api.post(t.space.kites(), kite('orphan', { color: 'blue' }, ownedBy(other)))
    await t.api.delete(t.space.kites('owner'), { propagationPolicy: 'Background' })
    await t.api.delete(t.space.kites('other'), { propagationPolicy: 'Orphan' })
    await eventually(
      () => t.api.get(t.space.kites('dependent')),
      ({ status }) => status === 404,
    )
    const orphan = await eventually(
      () => t.api.get(t.space.kites('orphan')),
      ({ body }) => !body.metadata.ownerReferences,
    )
    expect(orphan.status).toBe(200)
  })
}
