import { expect, test } from 'vitest'
import type { Context } from './index.js'

export function discovering(t: Context): void {
  test('names its version', async () => {
    const { status, body } = await t.api.get('/version')
    expect(status).toBe(200)
    expect(body).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) })
  })

  test('is ready', async () => {
    expect(await t.api.get('/readyz')).toMatchObject({ status: 200, body: 'ok' })
  })

  test('lists the groups, each with its preferred version', async () => {
    const { body } = await t.api.get('/apis')
    expect(body.groups).toContainEqual(
      expect.objectContaining({
        name: 'networking.istio.io',
        preferredVersion: { groupVersion: 'networking.istio.io/v1', version: 'v1' },
      }),
    )
  })

  test('tells the versions of one group', async () => {
    const { body } = await t.api.get('/apis/networking.istio.io')
    expect(body).toMatchObject({ kind: 'APIGroup', apiVersion: 'v1', name: 'networking.istio.io' })
    expect(body.versions.map(({ version }: { version: string }) => version)).toEqual(['v1', 'v1beta1', 'v1alpha3'])
  })

  test('describes the resources of a version, with their short names and subresources', async () => {
    const { body } = await t.api.get('/apis/contract.birdwatch.test/v1')
    expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'contract.birdwatch.test/v1' })
    expect(body.resources).toMatchObject([
      { name: 'kites', singularName: 'kite', namespaced: true, kind: 'Kite', shortNames: ['kt'] },
      { name: 'kites/status', namespaced: true, kind: 'Kite' },
    ])
    expect([...body.resources[0].verbs].sort()).toEqual([
      'create',
      'delete',
      'deletecollection',
      'get',
      'list',
      'patch',
      'update',
      'watch',
    ])
  })

  test('answers 404 for a group and for a resource that it does not serve', async () => {
    expect(await t.api.get('/apis/nobody.birdwatch.test')).toMatchObject({ status: 404 })
    expect(await t.api.get(t.space.path('contract.birdwatch.test/v1', 'hawks'))).toMatchObject({ status: 404 })
  })

  test('tells in OpenAPI that it validates fields, as kubectl asks before it applies', async () => {
    const { body } = await t.api.get('/openapi/v3')
    const { body: document } = await t.api.get(body.paths['apis/apps/v1'].serverRelativeURL)
    const { patch } = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: 'apps', version: 'v1', kind: 'Deployment' })
    expect(patch.parameters).toContainEqual(expect.objectContaining({ name: 'fieldValidation', in: 'query' }))
  })
}
