import { beforeEach, expect, test } from 'vitest'
import { kite } from './fixtures.js'
import type { Context } from './index.js'

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

const namesOf = (list: { items: { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name)

export function reading(t: Context): void {
  beforeEach(async () => {
    await t.api.post(t.space.kites(), kite('a', { color: 'red' }, { labels: { tier: 'one', old: '' } }))
    await t.api.post(t.space.kites(), kite('b', { color: 'blue' }, { labels: { tier: 'two' } }))
    await t.api.post(t.space.kites(), kite('c'))
  })

  test('answers with the object', async () => {
    const { status, body } = await t.api.get(t.space.kites('a'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      kind: 'Kite',
      metadata: { name: 'a', namespace: t.space.namespace },
      spec: { color: 'red' },
    })
  })

  test('answers 404 NotFound for an object that is not there', async () => {
    const { status, body } = await t.api.get(t.space.kites('z'))
    expect(status).toBe(404)
    expect(body).toMatchObject({
      kind: 'Status',
      status: 'Failure',
      reason: 'NotFound',
      details: { name: 'z', group: 'contract.birdwatch.test', kind: 'kites' },
      code: 404,
    })
  })

  test('lists a collection in the order of the names, with a resourceVersion', async () => {
    const { body } = await t.api.get(t.space.kites())
    expect(body).toMatchObject({ kind: 'KiteList', apiVersion: 'contract.birdwatch.test/v1' })
    expect(namesOf(body)).toEqual(['a', 'b', 'c'])
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(0)
  })

  test('lists over all namespaces', async () => {
    const { body } = await t.api.get('/apis/contract.birdwatch.test/v1/kites')
    expect(namesOf(body)).toEqual(expect.arrayContaining(['a', 'b', 'c']))
  })

  test('lists nothing in a namespace that does not exist', async () => {
    const { status, body } = await t.api.get('/apis/contract.birdwatch.test/v1/namespaces/nowhere/kites')
    expect({ status, items: body.items }).toEqual({ status: 200, items: [] })
  })

  test.each([
    ['tier=one', ['a']],
    ['tier!=one', ['b', 'c']],
    ['tier in (one, two)', ['a', 'b']],
    ['tier notin (one)', ['b', 'c']],
    ['tier,old', ['a']],
    ['!tier', ['c']],
    ['tier==two,!old', ['b']],
  ])('selects by labels: %s', async (selector, names) => {
    const { body } = await t.api.get(`${t.space.kites()}?labelSelector=${encodeURIComponent(selector)}`)
    expect(namesOf(body)).toEqual(names)
  })

  test('refuses a label selector that it can not read', async () => {
    const answer = await t.api.get(`${t.space.kites()}?labelSelector=${encodeURIComponent('tier in')}`)
    expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  })

  test('selects by name', async () => {
    const { body } = await t.api.get(`${t.space.kites()}?fieldSelector=metadata.name%3Db`)
    expect(namesOf(body)).toEqual(['b'])
  })

  test('refuses a field selector that the resource does not know', async () => {
    const answer = await t.api.get(`${t.space.kites()}?fieldSelector=spec.color%3Dred`)
    expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  })

  test('pages show one moment: what changes meanwhile is not in them', async () => {
    const { body: first } = await t.api.get(`${t.space.kites()}?limit=2`)
    await t.api.post(t.space.kites(), kite('d'))
    await t.api.delete(t.space.kites('c'))
    const { body: second } = await t.api.get(
      `${t.space.kites()}?limit=2&continue=${encodeURIComponent(first.metadata.continue)}`,
    )
    expect([namesOf(first), namesOf(second)]).toEqual([['a', 'b'], ['c']])
    expect(first.metadata.remainingItemCount).toBe(1)
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
    expect(second.metadata.continue ?? '').toBe('')
  })

  test('refuses a continue token that it did not give', async () => {
    const answer = await t.api.get(`${t.space.kites()}?limit=1&continue=abc`)
    expect(answer).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  })

  test('shows an earlier moment when it is asked for exactly', async () => {
    const { body: before } = await t.api.get(t.space.kites())
    const { resourceVersion } = before.metadata
    await t.api.delete(t.space.kites('a'))
    const { body } = await t.api.get(`${t.space.kites()}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)
    expect(namesOf(body)).toEqual(['a', 'b', 'c'])
  })

  test('refuses to list a version that it has not reached: 504, to be tried again', async () => {
    const { status, body } = await t.api.get(`${t.space.kites()}?resourceVersion=99999999999`)
    expect(status).toBe(504)
    expect(body).toMatchObject({ reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } })
  })

  test('refuses a resourceVersion that is no number', async () => {
    expect(await t.api.get(`${t.space.kites()}?resourceVersion=x`)).toMatchObject({ status: 400 })
  })

  test('refuses sendInitialEvents for a list', async () => {
    expect(await t.api.get(`${t.space.kites()}?sendInitialEvents=true`)).toMatchObject({
      status: 422,
      body: { reason: 'Invalid' },
    })
  })

  test('shows a table with the columns of the resource', async () => {
    const { body } = await t.api.get(`${t.space.kites()}?limit=1`, table)
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { remainingItemCount: 2 } })
    expect(body.columnDefinitions.map((c: { name: string; priority: number }) => [c.name, c.priority])).toEqual([
      ['Name', 0],
      ['Color', 0],
      ['Height', 1],
      ['Age', 0],
    ])
    expect(body.rows).toHaveLength(1)
    expect(body.rows[0].cells).toEqual(['a', 'red', null, expect.stringMatching(/^\d+s$/)])
    expect(body.rows[0].object).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } })
  })

  test('shows one object as a table, without or with the whole object on request', async () => {
    const { body: without } = await t.api.get(`${t.space.kites('a')}?includeObject=None`, table)
    const { body: whole } = await t.api.get(`${t.space.kites('a')}?includeObject=Object`, table)
    expect(without.rows[0].object).toBeNull()
    expect(whole.rows[0].object).toMatchObject({ kind: 'Kite', spec: { color: 'red' } })
  })

  test('shows metadata only, of an object and of a list', async () => {
    const partial = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
    const { body: one } = await t.api.get(t.space.kites('a'), partial)
    const { body: list } = await t.api.get(t.space.kites(), partial.replace(';v', 'List;v'))
    expect(one).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'a' } })
    expect(one).not.toHaveProperty('spec')
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{}, {}, {}] })
  })

  test('answers 406 to who understands none of its formats', async () => {
    expect(await t.api.get(t.space.kites('a'), 'text/html')).toMatchObject({ status: 406 })
  })

  test('serves an object under every version of its group', async () => {
    const path = t.space.path('networking.istio.io/v1alpha3', 'gateways')
    const body = {
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'Gateway',
      metadata: { name: 'g' },
      spec: { selector: { istio: 'x' }, servers: [] },
    }
    await t.api.post(path, body)
    const { body: shown } = await t.api.get(t.space.path('networking.istio.io/v1', 'gateways', 'g'))
    expect(shown).toMatchObject({ apiVersion: 'networking.istio.io/v1', spec: { selector: { istio: 'x' } } })
  })
}
