import { beforeEach, expect, test } from 'vitest'
import { deployment, kite } from './fixtures.js'
import type { Context } from './index.js'

export function patching(t: Context): void {
  const patchKite = (operations: object[]) => t.api.patch(t.space.kites('a'), 'json', operations)

  beforeEach(async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue', tags: ['x', 'y'], notes: { k: 'v' } }))
  })

  test('a JSON patch adds, replaces, removes, moves and copies', async () => {
    const { status, body } = await patchKite([
      { op: 'test', path: '/spec/color', value: 'blue' },
      { op: 'add', path: '/spec/tags/1', value: 'between' },
      { op: 'remove', path: '/spec/tags/0' },
      { op: 'replace', path: '/spec/color', value: 'red' },
      { op: 'copy', from: '/spec/notes/k', path: '/spec/notes/copy' },
      { op: 'move', from: '/spec/notes/k', path: '/spec/notes/moved' },
      { op: 'add', path: '/spec/tags/-', value: 'last' },
    ])
    expect(status).toBe(200)
    expect(body.spec).toMatchObject({ color: 'red', tags: ['between', 'y', 'last'], notes: { copy: 'v', moved: 'v' } })
  })

  test('keys with a slash or a tilde are escaped', async () => {
    const { body } = await patchKite([{ op: 'add', path: '/metadata/annotations', value: { 'a.b/c': '1' } }])
    const { body: after } = await patchKite([{ op: 'remove', path: '/metadata/annotations/a.b~1c' }])
    expect(body.metadata.annotations).toEqual({ 'a.b/c': '1' })
    expect(after.metadata.annotations).toBeUndefined()
  })

  test.each([
    ['a failed test', { op: 'test', path: '/spec/color', value: 'red' }],
    ['a path without a parent', { op: 'add', path: '/spec/tail/length/x', value: 1 }],
    ['the removal of a missing member', { op: 'remove', path: '/spec/maker' }],
    ['an index beyond the list', { op: 'replace', path: '/spec/tags/2', value: 'z' }],
    ['an unknown operation', { op: 'blow', path: '/spec/color' }],
  ])('refuses a JSON patch with %s: 422 without details', async (_, operation) => {
    const { status, body } = await patchKite([operation])
    expect({ status, reason: body.reason, details: body.details }).toEqual({
      status: 422,
      reason: 'Invalid',
      details: {},
    })
  })

  test('replacing a missing member adds it, and testing one for null holds', async () => {
    const { status, body } = await patchKite([
      { op: 'test', path: '/spec/maker', value: null },
      { op: 'replace', path: '/spec/maker', value: 'jo' },
    ])
    expect({ status, maker: body.spec.maker }).toEqual({ status: 200, maker: 'jo' })
  })

  test('refuses a JSON patch that is no list: 400', async () => {
    expect(await t.api.patch(t.space.kites('a'), 'json', { spec: {} })).toMatchObject({ status: 400 })
  })

  test('a patch that names the present version is applied, and one that names another is refused: 409 Conflict', async () => {
    const { body } = await t.api.get(t.space.kites('a'))
    const guard = { op: 'replace', path: '/metadata/resourceVersion', value: body.metadata.resourceVersion }
    const first = await patchKite([guard, { op: 'replace', path: '/spec/color', value: 'red' }])
    const second = await patchKite([guard, { op: 'replace', path: '/spec/color', value: 'blue' }])
    const merge = await t.api.patch(t.space.kites('a'), 'merge', {
      metadata: { resourceVersion: '1' },
      spec: { color: 'blue' },
    })
    expect(first.status).toBe(200)
    expect(second).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
    expect(merge).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
  })

  test('a patch can not change name and uid', async () => {
    expect(await patchKite([{ op: 'replace', path: '/metadata/name', value: 'b' }])).toMatchObject({ status: 400 })
    expect(await patchKite([{ op: 'replace', path: '/metadata/uid', value: 'b' }])).toMatchObject({ status: 422 })
  })

  test('a merge patch merges maps, replaces lists and removes by null', async () => {
    const { body } = await t.api.patch(t.space.kites('a'), 'merge', {
      spec: { tags: ['z'], notes: { k: null, l: 'm' }, color: 'red' },
    })
    expect(body.spec).toMatchObject({ color: 'red', tags: ['z'], notes: { l: 'm' } })
    expect(body.spec.notes).not.toHaveProperty('k')
  })

  test('refuses to patch what is not there: 404', async () => {
    expect(await t.api.patch(t.space.kites('z'), 'merge', {})).toMatchObject({ status: 404 })
  })

  test('refuses a strategic merge of a custom resource, and any other media type: 415', async () => {
    expect(await t.api.patch(t.space.kites('a'), 'strategic', {})).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    })
    expect(await t.api.send('PATCH', t.space.kites('a'), { body: {} })).toMatchObject({ status: 415 })
  })

  test('a strategic merge of a Deployment merges containers and their environment by name', async () => {
    await t.api.post(t.space.deployments(), deployment('d'))
    const containers = [
      {
        name: 'app',
        image: 'y',
        env: [
          { name: 'B', value: '2' },
          { name: 'A', $patch: 'delete' },
        ],
      },
    ]
    const { status, body } = await t.api.patch(t.space.deployments('d'), 'strategic', {
      spec: { template: { spec: { containers } } },
    })
    expect(status).toBe(200)
    expect(body.spec.template.spec.containers).toMatchObject([
      { name: 'app', image: 'y', env: [{ name: 'B', value: '2' }] },
    ])
  })
}
