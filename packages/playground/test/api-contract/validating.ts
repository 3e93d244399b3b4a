import { expect, test } from 'vitest'
import { deployment, kite } from './fixtures.js'
import type { Context } from './index.js'

export function validating(t: Context): void {
  const create = (spec: object, query = '') => t.api.post(`${t.space.kites()}${query}`, kite('a', spec))
  const causesOf = async (spec: object) => {
    const { status, body } = await create(spec)
    expect({ status, reason: body.reason, kind: body.details.kind }).toEqual({
      status: 422,
      reason: 'Invalid',
      kind: 'Kite',
    })
    return body.details.causes.filter(({ field }: { field: string }) => field !== '<nil>')
  }

  test.each([
    ['above the maximum', { color: 'blue', size: 11 }, 'spec.size', 'FieldValueInvalid'],
    ['below the minimum', { color: 'blue', drag: -0.1 }, 'spec.drag', 'FieldValueInvalid'],
    ['not among the allowed', { color: 'green' }, 'spec.color', 'FieldValueNotSupported'],
    ['not like the pattern', { color: 'blue', maker: 'Jo' }, 'spec.maker', 'FieldValueInvalid'],
    ['too long', { color: 'blue', maker: 'wilburwright' }, 'spec.maker', 'FieldValueTooLong'],
    ['of another type', { color: 'blue', size: '3' }, 'spec.size', 'FieldValueTypeInvalid'],
    ['not whole', { color: 'blue', size: 1.5 }, 'spec.size', 'FieldValueTypeInvalid'],
    ['not a time', { color: 'blue', since: 'noon' }, 'spec.since', 'FieldValueTypeInvalid'],
    ['a list that is too short', { color: 'blue', tags: [] }, 'spec.tags', 'FieldValueInvalid'],
    ['a list that is too long', { color: 'blue', tags: ['a', 'b', 'c', 'd'] }, 'spec.tags', 'FieldValueTooMany'],
    ['an element of another type', { color: 'blue', tags: [1] }, 'spec.tags[0]', 'FieldValueTypeInvalid'],
    ['missing', { size: 3 }, 'spec.color', 'FieldValueRequired'],
    ['missing in an element', { color: 'blue', lines: [{ length: 1 }] }, 'spec.lines[0].name', 'FieldValueRequired'],
    [
      'an element with the key of another',
      { color: 'blue', lines: [{ name: 'l' }, { name: 'l' }] },
      'spec.lines[1]',
      'FieldValueDuplicate',
    ],
  ])('refuses a value that is %s, and names field and reason', async (_, spec, field, reason) => {
    expect(await causesOf(spec)).toContainEqual(expect.objectContaining({ field, reason }))
  })

  test('names everything that is wrong at once', async () => {
    const fields = (await causesOf({ color: 'green', size: 0, drag: -1 })).map(({ field }: { field: string }) => field)
    expect(fields.sort()).toEqual(['spec.color', 'spec.drag', 'spec.size'])
  })

  test('refuses what breaks a rule, with its message', async () => {
    expect(await causesOf({ color: 'red', size: 6 })).toMatchObject([
      { field: 'spec', reason: 'FieldValueInvalid', message: expect.stringContaining('red kites are small') },
    ])
  })

  test('checks rules against the values that are added by default', async () => {
    const { status } = await create({ color: 'red' })
    expect(status).toBe(201)
  })

  test('compares with the object as it was, where a rule asks for it', async () => {
    await create({ color: 'blue', maker: 'jo' })
    const { status, body } = await t.api.patch(t.space.kites('a'), 'merge', { spec: { maker: null } })
    expect(status).toBe(422)
    expect(body.details.causes[0].message).toContain('a kite keeps its maker')
  })

  test('checks patches too, and the status', async () => {
    await create({ color: 'blue' })
    expect(await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 0 } })).toMatchObject({ status: 422 })
    expect(await t.api.patch(t.space.kites('a/status'), 'merge', { status: { height: 'high' } })).toMatchObject({
      status: 422,
    })
  })

  test('adds defaults, also inside of what is there', async () => {
    const { body } = await create({ color: 'blue', tail: {} })
    expect(body.spec).toEqual({ color: 'blue', size: 3, tail: { length: 1 } })
  })

  test('drops fields that the schema does not know, and warns of them', async () => {
    const { status, body, headers } = await create({ color: 'blue', bogus: 1, tail: { kind: 'long' } })
    expect(status).toBe(201)
    expect(body.spec).toEqual({ color: 'blue', size: 3, tail: { length: 1 } })
    expect(headers.warning).toContain('unknown field \\"spec.bogus\\"')
  })

  test('refuses such fields where the writer asks for it: 400', async () => {
    expect(await create({ color: 'blue', bogus: 1 }, '?fieldValidation=Strict')).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest' },
    })
  })

  test('keeps them where the schema says so', async () => {
    await create({ color: 'blue' })
    const { body } = await t.api.patch(t.space.kites('a/status'), 'merge', {
      status: { engine: { deep: { list: [1, null] } } },
    })
    expect(body.status.engine).toEqual({ deep: { list: [1, null] } })
  })

  test('a field that is null is not there', async () => {
    const { body } = await create({ color: 'blue', maker: null })
    expect(body.spec).not.toHaveProperty('maker')
  })

  test.each([
    ['a name with a capital', { name: 'A' }, 'metadata.name'],
    ['no name', { name: undefined }, 'metadata.name'],
    ['a label value with a space', { labels: { a: 'b c' } }, 'metadata.labels'],
    ['an annotation key with a space', { annotations: { 'a b': 'c' } }, 'metadata.annotations'],
  ])('refuses %s', async (_, metadata, field) => {
    const { status, body } = await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, metadata))
    expect(status).toBe(422)
    expect(body.details.causes).toContainEqual(expect.objectContaining({ field }))
  })

  test('refuses metadata of the wrong type: 400', async () => {
    const answer = await t.api.post(t.space.kites(), kite('a', { color: 'blue' }, { labels: { a: 1 } }))
    expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  })

  test('a Deployment must select its own pods, for ever', async () => {
    const wrong = deployment('d')
    wrong.spec.template.metadata.labels = { app: 'other' }
    expect(await t.api.post(t.space.deployments(), wrong)).toMatchObject({ status: 422 })
    await t.api.post(t.space.deployments(), deployment('d'))
    const selector = { matchLabels: { app: 'other' } }
    const answer = await t.api.patch(t.space.deployments('d'), 'merge', {
      spec: { selector, template: wrong.spec.template },
    })
    expect(answer).toMatchObject({ status: 422, body: { reason: 'Invalid' } })
  })
}
