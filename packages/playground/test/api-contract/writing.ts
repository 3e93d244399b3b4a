import { expect, test } from 'vitest'
import { deployment, kite } from './fixtures.js'
import type { Context } from './index.js'

export function writing(t: Context): void {
  test('creates an object, and gives it uid, version, generation and time', async () => {
    const { status, body } = await t.api.post(t.space.kites(), kite('a'))
    expect(status).toBe(201)
    expect(body.metadata).toMatchObject({
      name: 'a',
      namespace: t.space.namespace,
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      resourceVersion: expect.stringMatching(/^\d+$/),
      creationTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      generation: 1,
    })
  })

  test('does not take uid, generation and times from the writer', async () => {
    const given = { uid: 'mine', generation: 7, creationTimestamp: '2001-01-01T00:00:00Z' }
    const { body } = await t.api.post(t.space.kites(), kite('a', { color: 'red' }, given))
    expect(body.metadata).toMatchObject({ generation: 1 })
    expect(body.metadata.uid).not.toBe('mine')
    expect(body.metadata.creationTimestamp).not.toBe('2001-01-01T00:00:00Z')
  })

  test('makes a name out of generateName', async () => {
    const { body } = await t.api.post(
      t.space.kites(),
      kite('', { color: 'red' }, { name: undefined, generateName: 'k-' }),
    )
    expect(body.metadata.name).toMatch(/^k-[a-z0-9]{5}$/)
  })

  test('does not accept a status at birth', async () => {
    const { body } = await t.api.post(t.space.kites(), { ...kite('a'), status: { height: 5 } })
    expect(body).not.toHaveProperty('status')
  })

  test('refuses to create what exists: 409 AlreadyExists', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    const { status, body } = await t.api.post(t.space.kites(), kite('a'))
    expect({ status, reason: body.reason }).toEqual({ status: 409, reason: 'AlreadyExists' })
    expect(body.details).toMatchObject({ name: 'a', group: 'contract.birdwatch.test', kind: 'kites' })
  })

  test('refuses to create in a namespace that does not exist: 404', async () => {
    const path = '/apis/contract.birdwatch.test/v1/namespaces/nowhere/kites'
    const { status, body } = await t.api.post(path, kite('a'))
    expect({ status, details: body.details }).toEqual({ status: 404, details: { name: 'nowhere', kind: 'namespaces' } })
  })

  test.each([
    ['another apiVersion', { ...kite('a'), apiVersion: 'contract.birdwatch.test/v2' }, 400],
    ['no kind', { ...kite('a'), kind: undefined }, 400],
    ['another kind', { ...kite('a'), kind: 'Hawk' }, 422],
    ['another namespace', kite('a', {}, { namespace: 'default' }), 400],
    ['text that is not JSON', '{"kind":', 400],
  ])('refuses a body with %s', async (_, body, status) => {
    expect(await t.api.post(t.space.kites(), body)).toMatchObject({
      status,
      body: { kind: 'Status', status: 'Failure' },
    })
  })

  test('replaces an object, when the writer has seen its present version', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    const { status, body: replaced } = await t.api.put(t.space.kites('a'), { ...body, spec: { color: 'red', size: 2 } })
    expect(status).toBe(200)
    expect(replaced).toMatchObject({
      metadata: { uid: body.metadata.uid, generation: 2 },
      spec: { color: 'red', size: 2 },
    })
  })

  test('refuses to replace an object that has changed since: 409 Conflict', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    await t.api.put(t.space.kites('a'), { ...body, spec: { color: 'red' } })
    const { status, body: refused } = await t.api.put(t.space.kites('a'), { ...body, spec: { color: 'blue', size: 1 } })
    expect({ status, reason: refused.reason }).toEqual({ status: 409, reason: 'Conflict' })
  })

  test('refuses to replace a custom resource without a version', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    const { status, body } = await t.api.put(t.space.kites('a'), kite('a', { color: 'red' }))
    expect(status).toBe(422)
    expect(body.details.causes).toMatchObject([{ field: 'metadata.resourceVersion' }])
  })

  test('refuses to replace an object by one of another uid or name', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    const other = { ...body, metadata: { ...body.metadata, uid: 'other' } }
    expect(await t.api.put(t.space.kites('a'), other)).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
    expect(await t.api.put(t.space.kites('b'), body)).toMatchObject({ status: 400, body: { reason: 'BadRequest' } })
  })

  test('a PUT does not create a custom resource, but a Lease', async () => {
    const lease = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'l' },
      spec: { holderIdentity: 'me' },
    }
    expect(await t.api.put(t.space.kites('a'), kite('a', {}, { resourceVersion: '1' }))).toMatchObject({ status: 404 })
    expect(await t.api.put(t.space.path('coordination.k8s.io/v1', 'leases', 'l'), lease)).toMatchObject({ status: 201 })
  })

  test('the generation counts changes of the spec, not those of metadata', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    const { body: labelled } = await t.api.patch(t.space.kites('a'), 'merge', { metadata: { labels: { x: 'y' } } })
    const { body: changed } = await t.api.patch(t.space.kites('a'), 'merge', { spec: { size: 4 } })
    expect([body, labelled, changed].map(({ metadata }) => metadata.generation)).toEqual([1, 1, 2])
  })

  test('the status is written through its subresource only, and leaves spec and generation alone', async () => {
    await t.api.post(t.space.kites(), kite('a'))
    const { body: main } = await t.api.patch(t.space.kites('a'), 'merge', { status: { height: 5 } })
    const { status, body } = await t.api.patch(t.space.kites('a/status'), 'merge', {
      spec: { color: 'red' },
      metadata: { labels: { x: 'y' } },
      status: { height: 6 },
    })
    expect(main).not.toHaveProperty('status')
    expect(status).toBe(200)
    expect(body).toMatchObject({ spec: { color: 'blue' }, status: { height: 6 }, metadata: { generation: 1 } })
  })

  test('a write that changes nothing keeps the version', async () => {
    const { body } = await t.api.post(t.space.kites(), kite('a'))
    const { body: same } = await t.api.put(t.space.kites('a'), body)
    const { body: patched } = await t.api.patch(t.space.kites('a'), 'merge', { spec: { color: 'blue' } })
    expect(same.metadata.resourceVersion).toBe(body.metadata.resourceVersion)
    expect(patched.metadata).toEqual(body.metadata)
  })

  test('a dry run answers as if, and stores nothing', async () => {
    const { status } = await t.api.post(`${t.space.kites()}?dryRun=All`, kite('a'))
    expect(status).toBe(201)
    expect(await t.api.get(t.space.kites('a'))).toMatchObject({ status: 404 })
  })

  test('scales a Deployment through its subresource', async () => {
    await t.api.post(t.space.deployments(), deployment('d'))
    const { body: scale } = await t.api.get(t.space.deployments('d/scale'))
    const { body: scaled } = await t.api.patch(t.space.deployments('d/scale'), 'merge', { spec: { replicas: 3 } })
    const { body } = await t.api.get(t.space.deployments('d'))
    expect(scale).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 1 },
      status: { selector: 'app=d' },
    })
    expect(scaled).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } })
    expect(body).toMatchObject({ spec: { replicas: 3 }, metadata: { generation: 2 } })
  })

  test('shows an Event in both groups, under the names of each', async () => {
    const regarding = {
      kind: 'Kite',
      name: 'a',
      namespace: t.space.namespace,
      apiVersion: 'contract.birdwatch.test/v1',
    }
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'birdwatch.test/c',
      reportingInstance: 'i',
      action: 'Fly',
      type: 'Normal',
      reason: 'Wind',
      note: 'up it goes',
      regarding,
    }
    const { status, body } = await t.api.post(t.space.path('events.k8s.io/v1', 'events'), event)
    const selector = 'fieldSelector=involvedObject.kind%3DKite%2CinvolvedObject.name%3Da'
    const { body: list } = await t.api.get(`${t.space.path('v1', 'events')}?${selector}`)
    expect(status).toBe(201)
    expect(body).toMatchObject({ note: 'up it goes', regarding, reportingController: 'birdwatch.test/c' })
    expect(list.items).toMatchObject([
      { message: 'up it goes', involvedObject: regarding, reportingComponent: 'birdwatch.test/c', reason: 'Wind' },
    ])
  })
}
