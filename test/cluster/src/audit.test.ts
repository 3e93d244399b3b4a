import { describe, expect } from 'vitest'
import { Api } from './api/client.js'
import { test } from './fixtures.js'

describe('the audit log', () => {
  test('shows exactly what a ServiceAccount asked for, refused requests included', async ({
    environment,
    namespace,
  }) => {
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'robot' } }
    await environment.api.create(account)
    const robot = Api.fromKubeconfig(await environment.kubeconfigFor(namespace, 'robot'))
    const mark = await environment.audit.mark()
    await expect(robot.list({ apiVersion: 'v1', kind: 'Pod', namespace })).rejects.toMatchObject({ status: 403 })
    robot.close()

    const entries = await environment.audit.since(mark, { user: `system:serviceaccount:${namespace}:robot` })

    expect(entries).toMatchObject([{ verb: 'list', resource: 'pods', namespace, code: 403 }])
  })

  test('lists only what happened after the mark', async ({ environment, namespace }) => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'a' }
    await environment.api.create({ ...ref, metadata: { namespace, name: 'a' } })
    const mark = await environment.audit.mark()
    await environment.api.merge(ref, { data: { colour: 'blue' } })

    const entries = await environment.audit.since(mark, {
      namespace,
      resource: 'configmaps',
      verb: ['create', 'patch'],
    })

    expect(entries).toMatchObject([{ user: 'admin', verb: 'patch', name: 'a', code: 200 }])
  })
})
