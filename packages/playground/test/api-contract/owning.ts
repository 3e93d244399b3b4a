import { beforeEach, expect, test } from 'vitest'
import { kite, virtualService } from './fixtures.js'
import type { Context } from './index.js'

interface Entry {
  manager: string
  operation: string
  subresource?: string
  fieldsV1: object
}

export function owning(t: Context): void {
  const entries = (object: { metadata: { managedFields?: Entry[] } }) =>
    (object.metadata.managedFields ?? []).map(({ manager, operation, subresource, fieldsV1 }) => ({
      by: [manager, operation, subresource].filter(Boolean).join(' '),
      fields: fieldsV1,
    }))
  const apply = (path: string, manager: string, body: unknown, query = '') =>
    t.api.patch(`${path}?fieldManager=${manager}${query}`, 'apply', body)

  test('who creates an object owns what is in it, down to the leaves', async () => {
    const metadata = { labels: { l: '1' }, annotations: { 'a.b/c': '2' }, finalizers: ['f.test/x'] }
    const spec = { color: 'blue', tags: ['x'], notes: { k: 'v' }, lines: [{ name: 'one', length: 1 }], tail: {} }
    const { body } = await t.api.post(t.space.kites(), kite('a', spec, metadata), 'jo')
    await t.api.patch(t.space.kites('a'), 'merge', { metadata: { finalizers: null } })
    expect(body.metadata.managedFields).toMatchObject([
      { apiVersion: 'contract.birdwatch.test/v1', fieldsType: 'FieldsV1', time: body.metadata.creationTimestamp },
    ])
    expect(entries(body)).toEqual([
      {
        by: 'jo Update',
        fields: {
          'f:metadata': {
            'f:annotations': { '.': {}, 'f:a.b/c': {} },
            'f:finalizers': { '.': {}, 'v:"f.test/x"': {} },
            'f:labels': { '.': {}, 'f:l': {} },
          },
          'f:spec': {
            '.': {},
            'f:color': {},
            'f:lines': { '.': {}, 'k:{"name":"one"}': { '.': {}, 'f:length': {}, 'f:name': {} } },
            'f:notes': { '.': {}, 'f:k': {} },
            'f:size': {},
            'f:tags': {},
            'f:tail': { '.': {}, 'f:length': {} },
          },
        },
      },
    ])
  })

  test('who changes a field owns it from then on, and the one before does not', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue', size: 2 }), 'jo')
    const { body } = await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 4 } }, 'al')
    expect(entries(body)).toEqual(
      expect.arrayContaining([
        { by: 'jo Update', fields: { 'f:spec': { '.': {}, 'f:color': {} } } },
        { by: 'al Update', fields: { 'f:spec': { 'f:size': {} } } },
      ]),
    )
  })

  test('a field that is removed has no owner', async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'blue', drag: 1 }), 'jo')
    const { body } = await t.api.patch(t.space.kites('a'), 'json', [{ op: 'remove', path: '/spec/drag' }], 'al')
    expect(entries(body)).toEqual([{ by: 'jo Update', fields: { 'f:spec': { '.': {}, 'f:color': {}, 'f:size': {} } } }])
  })

  test('the manager is the parameter, or else the first word of the User-Agent', async () => {
    const { body } = await t.api.post(`${t.space.kites()}?fieldManager=explicit`, kite('a'), 'agent')
    const { body: other } = await t.api.post(t.space.kites(), kite('b'), 'agent')
    expect([body, other].map(object => object.metadata.managedFields[0].manager)).toEqual(['explicit', 'agent'])
  })

  test('the status has an entry of its own', async () => {
    await t.api.post(t.space.kites(), kite('a'), 'jo')
    const status = { height: 1, conditions: [{ name: 'up', met: true }], engine: { a: { b: 1 }, list: [1] } }
    const { body } = await t.api.patch(t.space.kites('a/status'), 'merge', { status }, 'jo')
    expect(entries(body).at(-1)).toEqual({
      by: 'jo Update status',
      fields: {
        'f:status': {
          '.': {},
          'f:conditions': { '.': {}, 'k:{"name":"up"}': { '.': {}, 'f:met': {}, 'f:name': {} } },
          'f:engine': { '.': {}, 'f:a': { '.': {}, 'f:b': {} }, 'f:list': {} },
          'f:height': {},
        },
      },
    })
  })

  test('who changes one weight of a VirtualService owns the whole list of its routes', async () => {
    await t.api.post(t.space.virtualServices(), virtualService('v', 0), 'jo')
    const weight = [{ op: 'replace', path: '/spec/http/0/route/1/weight', value: 10 }]
    const { body } = await t.api.patch(t.space.virtualServices('v'), 'json', weight, 'al')
    expect(body.metadata.generation).toBe(2)
    expect(entries(body)).toEqual(
      expect.arrayContaining([
        { by: 'jo Update', fields: { 'f:spec': { '.': {}, 'f:hosts': {} } } },
        { by: 'al Update', fields: { 'f:spec': { 'f:http': {} } } },
      ]),
    )
  })

  test('a writer can have the record forgotten', async () => {
    await t.api.post(t.space.kites(), kite('a'), 'jo')
    const { body } = await t.api.patch(t.space.kites('a'), 'merge', { metadata: { managedFields: [{}] } })
    expect(body.metadata).not.toHaveProperty('managedFields')
  })

  test('an apply creates what is not there, and owns what it names', async () => {
    const { status, body } = await apply(t.space.kites('a'), 'jo', kite('a', { color: 'blue' }, { labels: { l: '1' } }))
    expect(status).toBe(201)
    expect(entries(body)).toEqual([
      { by: 'jo Apply', fields: { 'f:metadata': { 'f:labels': { 'f:l': {} } }, 'f:spec': { 'f:color': {} } } },
    ])
  })

  test('an apply takes away what its applier no longer names and nobody else owns', async () => {
    await apply(t.space.kites('a'), 'jo', kite('a', { color: 'blue', notes: { k: 'v', l: 'w' } }))
    await t.api.patch(t.space.kites('a'), 'merge', { spec: { notes: { l: 'x' } } }, 'al')
    const { body } = await apply(t.space.kites('a'), 'jo', kite('a', { color: 'blue' }))
    expect(body.spec.notes).toEqual({ l: 'x' })
  })

  test('an apply merges lists with keys by their keys', async () => {
    const one = { name: 'one', length: 1 }
    const three = { length: 3, name: 'three' }
    await apply(t.space.kites('a'), 'jo', kite('a', { color: 'blue', lines: [one, three] }))
    const { body } = await apply(
      t.space.kites('a'),
      'al',
      kite('a', { color: 'blue', lines: [{ name: 'two', length: 2 }] }),
    )
    const { body: after } = await apply(t.space.kites('a'), 'jo', kite('a', { color: 'blue' }))
    expect(body.spec.lines).toEqual([one, three, { name: 'two', length: 2 }])
    expect(after.spec.lines).toEqual([{ name: 'two', length: 2 }])
  })

  test('the same apply twice changes nothing', async () => {
    const { body } = await apply(t.space.kites('a'), 'jo', kite('a'))
    const { body: again } = await apply(t.space.kites('a'), 'jo', kite('a'))
    expect(again.metadata).toEqual(body.metadata)
  })

  test('an apply writes the status through its subresource', async () => {
    await apply(t.space.kites('a'), 'jo', kite('a'))
    const { status, body } = await apply(t.space.kites('a/status'), 'jo', {
      ...kite('a'),
      spec: undefined,
      status: { height: 2 },
    })
    expect({ status, height: body.status.height }).toEqual({ status: 200, height: 2 })
    expect(entries(body)).toContainEqual({ by: 'jo Apply status', fields: { 'f:status': { 'f:height': {} } } })
  })

  test.each([
    ['without a manager', '', kite('a'), 422],
    ['of another name', '?fieldManager=jo', kite('b'), 400],
    ['with managedFields', '?fieldManager=jo', kite('a', {}, { managedFields: [{}] }), 400],
  ])('refuses an apply %s', async (_, query, body, status) => {
    expect(await t.api.patch(`${t.space.kites('a')}${query}`, 'apply', body)).toMatchObject({ status })
  })

  test('refuses force for any other patch', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    expect(await t.api.patch(`${t.space.kites('a')}?force=true`, 'merge', {})).toMatchObject({ status: 422 })
  })

  test('an apply of an older version is refused: 409 Conflict', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    const answer = await apply(t.space.kites('a'), 'jo', kite('a', { color: 'red' }, { resourceVersion: '1' }))
    expect(answer).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
  })

  conflicts(t, apply, entries)
}

function conflicts(
  t: Context,
  apply: (path: string, manager: string, body: unknown, query?: string) => ReturnType<Context['api']['patch']>,
  entries: (object: never) => { by: string; fields: object }[],
): void {
  beforeEach(async () => {
    await t.api.post(t.space.virtualServices(), virtualService('v', 0), 'jo')
  })

  test("an apply of one route's weight is refused when somebody else owns the routes", async () => {
    const { status, body } = await apply(t.space.virtualServices('v'), 'al', virtualService('v', 10))
    expect({ status, reason: body.reason }).toEqual({ status: 409, reason: 'Conflict' })
    expect(body.details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: expect.stringContaining('"jo"'), field: '.spec.http' },
    ])
  })

  test('when it is forced, it replaces the whole list and owns it', async () => {
    const only = virtualService('v', 0)
    only.spec.http = [{ route: only.spec.http[0]?.route.slice(1) ?? [] }]
    const { status, body } = await apply(t.space.virtualServices('v'), 'al', only, '&force=true')
    expect(status).toBe(200)
    expect(body.spec.http).toEqual(only.spec.http)
    expect(entries(body as never)).toEqual(
      expect.arrayContaining([
        { by: 'jo Update', fields: { 'f:spec': { '.': {}, 'f:hosts': {} } } },
        { by: 'al Apply', fields: { 'f:spec': { 'f:hosts': {}, 'f:http': {} } } },
      ]),
    )
  })
}
